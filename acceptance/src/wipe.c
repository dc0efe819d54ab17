/* Overwrites its own arguments and environment with NUL bytes, then waits. Does nothing else. */
#include <string.h>
#include <unistd.h>

int main(int count, char **arguments, char **environment) {
    for (; *environment; environment++) memset(*environment, 0, strlen(*environment));
    while (count-- > 0) memset(arguments[count], 0, strlen(arguments[count]));
    for (;;) pause();
}
