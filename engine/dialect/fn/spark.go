package fn

func sparkFunctions() []Function     { return unsupported("java_method", "reflect") }
func flinkFunctions() []Function     { return nil }
func starrocksFunctions() []Function { return nil }
