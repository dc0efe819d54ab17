# id: L152
# mode: scan
# title: directories of libraries that vendors tell the linker of
mkdir -p /opt/vendor/lib /usr/local/cuda/lib64 /usr/local/lib
cp "$here/empty.so" /opt/vendor/lib/libvendor.so.3
cp "$here/empty.so" /usr/local/cuda/lib64/libcudart.so.12
echo /opt/vendor/lib >/etc/ld.so.conf.d/vendor.conf
echo /usr/local/cuda/lib64 >/etc/ld.so.conf.d/cuda.conf
ldconfig
