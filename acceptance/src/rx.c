/* Holds a page of NOPs that was written first and made executable then, never jumps to it, and waits. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    void *page = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return 1;
    memset(page, 0x90, 65536);
    if (mprotect(page, 65536, PROT_READ | PROT_EXEC)) return 2;
    for (;;) pause();
}
