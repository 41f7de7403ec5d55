using System.Text;
using System.Text.RegularExpressions;

namespace Ferry.Tests.Architecture;

/// <summary>
/// Finds the texts that are given to failures, reasons and warnings: the string literals of one argument, put together;
/// what is interpolated stands there as <c>{}</c>.
/// </summary>
internal static partial class Messages
{
    public static IEnumerable<(int Line, string Text)> In(string source)
    {
        foreach (Match call in Call().Matches(source))
        {
            var line = source.AsSpan(0, call.Index).Count('\n') + 1;
            foreach (var text in Arguments(source, call.Index + call.Length)) yield return (line, text);
        }
    }

    /// <summary>From behind the opening parenthesis to its closing one.</summary>
    private static IEnumerable<string> Arguments(string source, int at)
    {
        var text = new StringBuilder();
        for (var depth = 1; depth > 0; at++)
        {
            switch (source[at])
            {
                case '(' or '[' or '{': depth++; break;
                case ')' or ']' or '}': depth--; break;
                case '\'': at = source.IndexOf('\'', source[at + 1] == '\\' ? at + 3 : at + 1); break;
                case '"': at = Literal(source, at, text); break;
            }
            // Alternatives of a condition are messages of their own.
            var ends = source[at] is ',' or ':' or '?' && depth == 1;
            if ((!ends && depth > 0) || text.Length == 0) continue;
            yield return text.ToString();
            text.Clear();
        }
    }

    /// <summary>Adds a literal that opens at a quote; returns where it closes.</summary>
    private static int Literal(string source, int quote, StringBuilder text)
    {
        var isInterpolated = source[quote - 1] == '$';
        var at = quote + 1;
        for (; source[at] != '"'; at++)
        {
            if (source[at] == '\\') at++;
            if (!isInterpolated || source[at] != '{')
            {
                text.Append(source[at]);
                continue;
            }
            text.Append("{}");
            for (var depth = 1; depth > 0;)
            {
                at++;
                if (source[at] == '"') at = Literal(source, at, new StringBuilder());
                else if (source[at] == '{') depth++;
                else if (source[at] == '}') depth--;
            }
        }
        return at;
    }

    /// <summary>All that takes a message for a user, by the types and members that it goes through.</summary>
    [GeneratedRegex(
        @"\(\s*(FailureKind|LinkFailureKind|LinkCloseReason|DiskError|ShareFailure)\.\w+,"
            + @"|\bnew (NoNode|Output|Identity)Exception\("
            + @"|\bnew (Reason|AdmissionResult\.Refused)\(|\b_?(Usage|warn)\(|arnings\.Add\(|\b_?screen\.Error\(",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Call();
}
