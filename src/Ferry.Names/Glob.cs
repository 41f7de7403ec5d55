using System.Text;

namespace Ferry.Names;

/// <summary>
/// A pattern of <c>*</c> (any runes), <c>?</c> (one rune) and <c>[a-z]</c>, <c>[!a-z]</c> (one rune of a set); all else
/// stands for itself, as does a bracket that is never closed. There is no escape character: a name with a star in it is
/// found by its exact name before its wildcards are looked at.
///
/// Matching is greedy: at a mismatch only the last star takes one rune more, never an earlier one, for whatever an
/// earlier star could give, the last one can too. So the work is at most pattern × name, with no backtracking tree to
/// blow up, and for patterns as people write them it is one pass.
/// </summary>
internal sealed class Glob
{
    private readonly Token[] _tokens;
    private readonly int _runesMin;

    private Glob(Token[] tokens) => (_tokens, _runesMin) = (tokens, tokens.Count(token => token.Kind != TokenKind.Any));

    /// <summary>Null when the text has no wildcard.</summary>
    /// <param name="folded">Folded to one case, like the names it meets.</param>
    internal static Glob? Parse(string folded)
    {
        var runes = folded.EnumerateRunes().Select(rune => rune.Value).ToArray();
        var tokens = new List<Token>();
        for (var i = 0; i < runes.Length; i++)
        {
            if (runes[i] == '*')
            {
                var isAfterStar = tokens.Count > 0 && tokens[^1].Kind == TokenKind.Any;
                if (!isAfterStar) tokens.Add(new Token(TokenKind.Any, 0, null));
            }
            else if (runes[i] == '?')
            {
                tokens.Add(new Token(TokenKind.One, 0, null));
            }
            else if (runes[i] == '[' && RuneSet.TryParse(runes, i, out var end) is { } set)
            {
                tokens.Add(new Token(TokenKind.Set, 0, set));
                i = end;
            }
            else
            {
                tokens.Add(new Token(TokenKind.Rune, runes[i], null));
            }
        }
        return tokens.TrueForAll(token => token.Kind == TokenKind.Rune) ? null : new Glob([.. tokens]);
    }

    internal bool Matches(ReadOnlySpan<char> folded)
    {
        if (folded.Length < _runesMin) return false;
        int token = 0, at = 0, afterStar = -1, retryAt = 0;
        while (at < folded.Length)
        {
            Rune.DecodeFromUtf16(folded[at..], out var rune, out var units);
            if (token < _tokens.Length && _tokens[token].Kind == TokenKind.Any)
            {
                (afterStar, retryAt) = (++token, at);
            }
            else if (token < _tokens.Length && _tokens[token].Accepts(rune.Value))
            {
                (token, at) = (token + 1, at + units);
            }
            else if (afterStar >= 0)
            {
                Rune.DecodeFromUtf16(folded[retryAt..], out _, out units);
                (token, at) = (afterStar, retryAt += units);
            }
            else
            {
                return false;
            }
        }
        while (token < _tokens.Length && _tokens[token].Kind == TokenKind.Any) token++;
        return token == _tokens.Length;
    }

    private enum TokenKind { Rune, One, Set, Any }

    private readonly record struct Token(TokenKind Kind, int Rune, RuneSet? Set)
    {
        internal bool Accepts(int rune) => Kind switch
        {
            TokenKind.Rune => rune == Rune,
            TokenKind.One => true,
            _ => Set!.Contains(rune),
        };
    }

    private sealed record RuneSet(bool Inverted, List<(int First, int Last)> Ranges)
    {
        internal bool Contains(int rune) =>
            Ranges.Exists(range => rune >= range.First && rune <= range.Last) != Inverted;

        /// <summary>
        /// Null when the bracket at <paramref name="open"/> is not closed. A bracket right after it is a member.
        /// </summary>
        internal static RuneSet? TryParse(int[] runes, int open, out int close)
        {
            var first = open + 1;
            var inverted = first < runes.Length && runes[first] is '!' or '^';
            if (inverted) first++;
            close = first < runes.Length ? Array.IndexOf(runes, ']', first + 1) : -1;
            if (close < 0) return null;
            var ranges = new List<(int, int)>();
            for (var i = first; i < close; i++)
            {
                var isRange = i + 2 < close && runes[i + 1] == '-';
                ranges.Add(isRange ? (runes[i], runes[i + 2]) : (runes[i], runes[i]));
                if (isRange) i += 2;
            }
            return new RuneSet(inverted, ranges);
        }
    }
}
