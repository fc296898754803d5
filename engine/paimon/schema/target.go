package schema

const optionTargetFileSize = "target-file-size"

// TargetFileSize is the size in bytes at which a data file is full: the option
// target-file-size, or otherwise.
func (s *Schema) TargetFileSize(otherwise int64) int64 {
	return s.Bytes(optionTargetFileSize, otherwise)
}
