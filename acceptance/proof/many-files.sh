# A server with all its services running and more than a hundred thousand files.
. "$here/services.sh"
python3 - <<'END'
import os, random
random.seed(1)
text = bytes(random.randrange(32, 127) for _ in range(8192))
for directory in range(800):
    place = f"/srv/files/{directory % 40}/{directory}"
    os.makedirs(place)
    for number in range(100):
        with open(f"{place}/{number}.dat", "wb") as file:
            file.write(text[:random.randrange(100, 4000)])
END
