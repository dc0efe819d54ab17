/* A library that does nothing. */
int keeneye_acceptance_empty = 1;
