using Ferry.Protocol.Values;

namespace Ferry.TestKit.Disks;

/// <summary>
/// Answers what a power cut keeps: a question for each sector, length and folder. By chance, or as a number says, so
/// that all answers there are can be tried one after the other: each question takes one digit of the number, to the
/// base of its answers.
/// </summary>
internal sealed class PowerCutLosses(SeededRandom random, long? number)
{
    /// <summary>More are counted as so many.</summary>
    public const long OutcomesMax = 1L << 40;

    /// <summary>The number that keeps nothing which was not flushed.</summary>
    public const long Nothing = 0;

    /// <summary>The number that keeps everything, as if it had been flushed.</summary>
    public const long Everything = long.MaxValue;

    private long _rest = number ?? 0;

    /// <summary>In how many ways all questions so far can be answered.</summary>
    public long Outcomes { get; private set; } = 1;

    public bool IsByChance => number is null;

    /// <summary>0 keeps the least.</summary>
    public int Choose(int answers)
    {
        Outcomes = Math.Min(Outcomes * answers, OutcomesMax);
        if (number is null) return random.Next(answers);
        if (number == Everything) return answers - 1;
        var answer = (int)(_rest % answers);
        _rest /= answers;
        return answer;
    }
}
