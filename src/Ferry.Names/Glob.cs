using System.Text;

namespace Ferry.Names;

/// <summary>
/// A pattern of <c>*</c> (any runes), <c>?</c> (one rune) and <c>[a-z]</c>, <c>[!a-z]</c> (one rune of a set); all else
/// stands for itself, as does a bracket that is never closed. There is no escape character: a name with a star in it is
/// found by its exact name before its wildcards are looked at.
///
/// Matching runs all ways at once, a bit for each number of tokens that may have been met so far (the bit-parallel
/// simulation of an automaton: Baeza-Yates and Gonnet, 1992). So a rune of a name costs one step for 64 tokens of the
/// pattern, whatever the two are: there is nothing to backtrack.
/// </summary>
internal sealed class Glob
{
    /// <summary>Further brackets stand for themselves: each set is looked at for each rune.</summary>
    public const int SetsMax = 32;
    private const int Bits = 64;

    private readonly int _count;

    /// <summary>After so many tokens a star may take what comes.</summary>
    private readonly ulong[] _stars;

    /// <summary>The tokens that a rune meets which no token names.</summary>
    private readonly ulong[] _anyRune;
    private readonly Dictionary<int, ulong[]> _byRune = [];
    private readonly List<(int At, RuneSet Set)> _sets = [];

    private Glob(IReadOnlyList<Token> tokens)
    {
        _count = tokens.Count(token => token.Kind != TokenKind.Any);
        var words = _count / Bits + 1;
        (_stars, _anyRune) = (new ulong[words], new ulong[words]);
        var at = 0;
        foreach (var token in tokens)
        {
            if (token.Kind == TokenKind.Any)
            {
                Set(_stars, at);
                continue;
            }
            if (token.Kind == TokenKind.One) Set(_anyRune, at);
            if (token.Set is { } set) _sets.Add((at, set));
            at++;
        }
        foreach (var rune in tokens.Where(token => token.Kind == TokenKind.Rune).Select(token => token.Rune).Distinct())
            _byRune.Add(rune, [.. _anyRune]);
        at = 0;
        foreach (var token in tokens.Where(token => token.Kind != TokenKind.Any))
        {
            if (token.Kind == TokenKind.Rune) Set(_byRune[token.Rune], at);
            at++;
        }
    }

    /// <summary>Null when the text has no wildcard.</summary>
    /// <param name="folded">Folded to one case, like the names it meets.</param>
    internal static Glob? Parse(string folded)
    {
        var runes = folded.EnumerateRunes().Select(rune => rune.Value).ToArray();
        var tokens = new List<Token>();
        var sets = 0;
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
            else if (runes[i] == '[' && sets < SetsMax && RuneSet.TryParse(runes, i, out var end) is { } set)
            {
                tokens.Add(new Token(TokenKind.Set, 0, set));
                sets++;
                i = end;
            }
            else
            {
                tokens.Add(new Token(TokenKind.Rune, runes[i], null));
            }
        }
        return tokens.TrueForAll(token => token.Kind == TokenKind.Rune) ? null : new Glob(tokens);
    }

    internal bool Matches(ReadOnlySpan<char> folded)
    {
        if (folded.Length < _count) return false;
        Span<ulong> met = stackalloc ulong[_stars.Length];
        met[0] = 1;
        while (!folded.IsEmpty)
        {
            Rune.DecodeFromUtf16(folded, out var rune, out var units);
            folded = folded[units..];
            if (!Step(met, _byRune.GetValueOrDefault(rune.Value, _anyRune), rune.Value)) return false;
        }
        return Has(met, _count);
    }

    /// <summary>False when no way goes on.</summary>
    private bool Step(Span<ulong> met, ulong[] accepting, int rune)
    {
        ulong carry = 0, any = 0;
        Span<ulong> next = stackalloc ulong[met.Length];
        for (var word = 0; word < met.Length; word++)
        {
            var taken = met[word] & accepting[word];
            next[word] = (taken << 1) | carry | (met[word] & _stars[word]);
            carry = taken >> (Bits - 1);
        }
        foreach (var (at, set) in _sets)
            if (Has(met, at) && set.Contains(rune)) Set(next, at + 1);
        next.CopyTo(met);
        foreach (var word in met) any |= word;
        return any != 0;
    }

    private static bool Has(ReadOnlySpan<ulong> bits, int at) => (bits[at / Bits] >> (at % Bits) & 1) != 0;

    private static void Set(Span<ulong> bits, int at) => bits[at / Bits] |= 1UL << (at % Bits);

    private enum TokenKind { Rune, One, Set, Any }

    private readonly record struct Token(TokenKind Kind, int Rune, RuneSet? Set);

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
