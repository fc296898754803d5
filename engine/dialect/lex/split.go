package lex

// Piece is one statement's tokens with the range they cover, its semicolon
// excluded. The last token is an EOF at End.
type Piece struct {
	Tokens     []Token
	Start, End int
}

// Split scans text and cuts it at semicolons. Pieces without a token are left
// out. After an error it still returns the whole statements before it.
func Split(d Dialect, text string, params Params) ([]Piece, error) {
	toks, err := Scan(d, text, params)
	var out []Piece
	var cur []Token
	flush := func() {
		if len(cur) == 0 {
			return
		}
		end := cur[len(cur)-1].End
		p := Piece{Start: cur[0].Start, End: end}
		p.Tokens = append(cur, Token{Kind: EOF, Start: end, End: end})
		out, cur = append(out, p), nil
	}
	for _, t := range toks {
		switch {
		case t.Kind == Op && t.Value == ";":
			flush()
		case t.Kind == EOF:
			if err == nil {
				flush()
			}
		default:
			cur = append(cur, t)
		}
	}
	return out, err
}
