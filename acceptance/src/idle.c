/* A program that does nothing but wait. */
#include <unistd.h>

int main(void) {
    for (;;) pause();
}
