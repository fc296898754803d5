package fn

func sparkFunctions() []Function {
	return join(sparkText(), sparkRegexp(), sparkTime())
}
func flinkFunctions() []Function     { return nil }
func starrocksFunctions() []Function { return nil }
