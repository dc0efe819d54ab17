/* Holds a page of NOPs that is writable and executable, never jumps to it, and waits. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    void *page = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return 1;
    memset(page, 0x90, 4096);
    for (;;) pause();
}
