package javafn

import (
	"crypto/md5"  //nolint:gosec // md5() of SQL
	"crypto/sha1" //nolint:gosec // sha1() of SQL
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"math"
	"math/big"
	"math/bits"
)

// HashSeed is where Spark's hash() and xxhash64() start.
const HashSeed = 42

// MurmurInt is one step of hash() over an INT, a smaller integer, a DATE or a BOOLEAN.
func MurmurInt(v, seed int32) int32 {
	return murmurEnd(murmurMix(uint32(seed), uint32(v)), 4)
}

// MurmurLong is one step of hash() over a BIGINT or a TIMESTAMP.
func MurmurLong(v int64, seed int32) int32 {
	h := murmurMix(uint32(seed), uint32(v))
	return murmurEnd(murmurMix(h, uint32(uint64(v)>>32)), 8)
}

// MurmurBytes is one step of hash() over a STRING or a BINARY. The bytes that
// do not fill a word are mixed in one by one, each as a signed number.
func MurmurBytes(s string, seed int32) int32 {
	h := uint32(seed)
	i := 0
	for ; i+4 <= len(s); i += 4 {
		h = murmurMix(h, uint32(s[i])|uint32(s[i+1])<<8|uint32(s[i+2])<<16|uint32(s[i+3])<<24)
	}
	for ; i < len(s); i++ {
		h = murmurMix(h, uint32(int32(int8(s[i]))))
	}
	return murmurEnd(h, uint32(len(s)))
}

// MurmurDouble is one step of hash() over a DOUBLE.
func MurmurDouble(f float64, seed int32) int32 { return MurmurLong(doubleBits(f), seed) }

// MurmurFloat is one step of hash() over a FLOAT.
func MurmurFloat(f float32, seed int32) int32 { return MurmurInt(floatBits(f), seed) }

func murmurMix(h, k uint32) uint32 {
	k = bits.RotateLeft32(k*0xcc9e2d51, 15) * 0x1b873593
	return bits.RotateLeft32(h^k, 13)*5 + 0xe6546b64
}

func murmurEnd(h, length uint32) int32 {
	h ^= length
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return int32(h ^ h>>16)
}

// doubleBits is Java's doubleToLongBits of f, minus zero being zero.
func doubleBits(f float64) int64 {
	switch {
	case f == 0:
		return 0
	case math.IsNaN(f):
		return 0x7ff8000000000000
	}
	return int64(math.Float64bits(f))
}

func floatBits(f float32) int32 {
	switch {
	case f == 0:
		return 0
	case f != f:
		return 0x7fc00000
	}
	return int32(math.Float32bits(f))
}

// UnscaledBytes is the unscaled value of a wide DECIMAL, given as its text, as
// the bytes that Spark hashes.
func UnscaledBytes(s string) (string, bool) {
	digits := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] != '.' {
			digits = append(digits, s[i])
		}
	}
	n, ok := new(big.Int).SetString(string(digits), 10)
	if !ok {
		return "", false
	}
	if n.Sign() >= 0 {
		b := n.Bytes()
		if len(b) == 0 || b[0] >= 0x80 {
			b = append([]byte{0}, b...)
		}
		return string(b), true
	}
	length := n.BitLen()/8 + 1
	n.Add(n, new(big.Int).Lsh(big.NewInt(1), uint(length*8)))
	b := n.FillBytes(make([]byte, length))
	for len(b) > 1 && b[0] == 0xff && b[1] >= 0x80 {
		b = b[1:]
	}
	return string(b), true
}

const (
	prime1 = 0x9e3779b185ebca87
	prime2 = 0xc2b2ae3d27d4eb4f
	prime3 = 0x165667b19e3779f9
	prime4 = 0x85ebca77c2b2ae63
	prime5 = 0x27d4eb2f165667c5
)

// XXLong is one step of xxhash64() over a BIGINT, a TIMESTAMP or a DOUBLE's bits.
func XXLong(v, seed int64) int64 {
	h := uint64(seed) + prime5 + 8
	h ^= bits.RotateLeft64(uint64(v)*prime2, 31) * prime1
	return xxEnd(bits.RotateLeft64(h, 27)*prime1 + prime4)
}

// XXInt is one step of xxhash64() over an INT.
func XXInt(v int32, seed int64) int64 {
	h := uint64(seed) + prime5 + 4
	h ^= uint64(uint32(v)) * prime1
	return xxEnd(bits.RotateLeft64(h, 23)*prime2 + prime3)
}

// XXDouble is one step of xxhash64() over a DOUBLE.
func XXDouble(f float64, seed int64) int64 { return XXLong(doubleBits(f), seed) }

// XXFloat is one step of xxhash64() over a FLOAT.
func XXFloat(f float32, seed int64) int64 { return XXInt(floatBits(f), seed) }

// XXBytes is one step of xxhash64() over a STRING or a BINARY.
func XXBytes(s string, seed int64) int64 {
	b, length := []byte(s), uint64(len(s))
	h := uint64(seed) + prime5
	if len(b) >= 32 {
		first := uint64(seed)
		v := [4]uint64{first + prime1, first + prime2, first, first - prime1}
		v[0] += prime2
		for len(b) >= 32 {
			for i := range v {
				v[i] = xxRound(v[i], binary.LittleEndian.Uint64(b[8*i:]))
			}
			b = b[32:]
		}
		h = bits.RotateLeft64(v[0], 1) + bits.RotateLeft64(v[1], 7) + bits.RotateLeft64(v[2], 12) + bits.RotateLeft64(v[3], 18)
		for i := range v {
			h = (h^xxRound(0, v[i]))*prime1 + prime4
		}
	}
	h += length
	for ; len(b) >= 8; b = b[8:] {
		h = bits.RotateLeft64(h^xxRound(0, binary.LittleEndian.Uint64(b)), 27)*prime1 + prime4
	}
	if len(b) >= 4 {
		h = bits.RotateLeft64(h^uint64(binary.LittleEndian.Uint32(b))*prime1, 23)*prime2 + prime3
		b = b[4:]
	}
	for _, c := range b {
		h = bits.RotateLeft64(h^uint64(c)*prime5, 11) * prime1
	}
	return xxEnd(h)
}

func xxRound(v, input uint64) uint64 { return bits.RotateLeft64(v+input*prime2, 31) * prime1 }

func xxEnd(h uint64) int64 {
	h = (h ^ h>>33) * prime2
	h = (h ^ h>>29) * prime3
	return int64(h ^ h>>32)
}

// MD5 is md5() in hexadecimal.
func MD5(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) } //nolint:gosec // asked for

// SHA1 is sha1() in hexadecimal.
func SHA1(s string) string { h := sha1.Sum([]byte(s)); return hex.EncodeToString(h[:]) } //nolint:gosec // asked for

// SHA2 is sha2(s, bits) in hexadecimal.
func SHA2(s string, length int32) (string, bool) {
	b := []byte(s)
	switch length {
	case 0, 256:
		h := sha256.Sum256(b)
		return hex.EncodeToString(h[:]), true
	case 224:
		h := sha256.Sum224(b)
		return hex.EncodeToString(h[:]), true
	case 384:
		h := sha512.Sum384(b)
		return hex.EncodeToString(h[:]), true
	case 512:
		h := sha512.Sum512(b)
		return hex.EncodeToString(h[:]), true
	}
	return "", false
}

// CRC32 is crc32().
func CRC32(s string) int64 { return int64(crc32.ChecksumIEEE([]byte(s))) }
