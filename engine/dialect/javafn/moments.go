package javafn

import "math"

// centralMoments are the sums of the second, third and fourth powers of the
// distances from the mean, in two passes.
func centralMoments(values []float64) (m2, m3, m4 float64) {
	mean := 0.0
	for i, v := range values {
		mean += (v - mean) / float64(i+1)
	}
	for _, v := range values {
		d := v - mean
		m2 += d * d
		m3 += d * d * d
		m4 += d * d * d * d
	}
	return m2, m3, m4
}

// Skewness is skewness(): of the population; no result where all values are equal.
func Skewness(values []float64) (float64, bool) {
	m2, m3, _ := centralMoments(values)
	return math.Sqrt(float64(len(values))) * m3 / math.Sqrt(m2*m2*m2), len(values) > 0 && m2 != 0
}

// Kurtosis is kurtosis(): the excess of the population.
func Kurtosis(values []float64) (float64, bool) {
	m2, _, m4 := centralMoments(values)
	return float64(len(values))*m4/(m2*m2) - 3, len(values) > 0 && m2 != 0
}
