using Ferry.Fuzz;
using Ferry.Protocol.Values;
using Ferry.Tests.Architecture;
using Xunit;

namespace Ferry.Tests.Fuzz;

/// <summary>
/// What coverage-guided fuzzing has found to reach code of its own (<c>tests/Ferry.Fuzz/run</c>), and a slice of
/// fuzzing without coverage around it: nothing throws.
/// </summary>
public sealed class CorpusTests
{
    private const int ChangesOfEach = 40;

    public static TheoryData<string> TargetNames => [.. Targets.All.Keys];

    [Theory]
    [MemberData(nameof(TargetNames))]
    public void Nothing_throws_on_what_was_found_and_on_what_is_like_it(string target)
    {
        var files = Directory.GetFiles(Repository.FullPath($"tests/Ferry.Fuzz/corpus/{target}"));
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            Try(target, file, bytes);
            var random = new SeededRandom((ulong)bytes.Length);
            for (var change = 0; change < ChangesOfEach; change++) Try(target, file, Changed(bytes, random));
        }
    }

    private static void Try(string target, string file, byte[] bytes)
    {
        try
        {
            Targets.All[target](bytes);
        }
        catch (Exception e)
        {
            Assert.Fail($"{target}, like {Path.GetFileName(file)}: {Convert.ToHexString(bytes)}: {e}");
        }
    }

    /// <summary>One to four bytes are changed, or the end is cut off.</summary>
    private static byte[] Changed(byte[] bytes, SeededRandom random)
    {
        if (bytes.Length == 0) return [(byte)random.Next(256)];
        if (random.Next(4) == 0) return bytes[..random.Next(bytes.Length)];
        var changed = bytes.ToArray();
        for (var changes = 1 + random.Next(4); changes > 0; changes--)
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
        return changed;
    }
}
