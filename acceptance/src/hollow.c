/* Puts a copy of its own text in anonymous memory in place of the mapping of its file, as a process that was hollowed
   out looks, and waits. The copy has the same bytes, so nothing else changes. */
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    uintptr_t page = 4096, first = ((uintptr_t)&main) & ~(page - 1), last = first + page;
    size_t size = last - first;
    char *copy = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (copy == MAP_FAILED) return 1;
    memcpy(copy, (void *)first, size);
    if (mprotect(copy, size, PROT_READ | PROT_EXEC)) return 2;
    if (mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, first) == MAP_FAILED) return 3;
    for (;;) pause();
}
