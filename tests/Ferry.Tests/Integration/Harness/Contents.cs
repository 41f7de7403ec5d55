using System.Security.Cryptography;
using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>Files to transfer, the same for the same seed, and their hashes.</summary>
internal static class Contents
{
    private const int BlockBytes = 1 << 20;
    private const int PageBytes = 4096;

    public static string Write(string path, long bytes, int seed = 1)
    {
        var random = new Random(seed);
        var block = new byte[BlockBytes];
        using var file = File.Create(path);
        for (var left = bytes; left > 0; left -= block.Length)
        {
            random.NextBytes(block);
            file.Write(block, 0, (int)Math.Min(left, block.Length));
        }
        return path;
    }

    public static string Hash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    }

    public static void AssertSame(string expected, string actual)
    {
        Assert.True(File.Exists(actual), $"{actual} is not there");
        if (Hash(expected) != Hash(actual)) Assert.Fail($"{actual} is not {expected}: {Differences(expected, actual)}");
    }

    /// <summary>Where, and whether there is nothing or something else: that tells what lost it.</summary>
    private static string Differences(string expected, string actual)
    {
        using var right = File.OpenRead(expected);
        using var wrong = File.OpenRead(actual);
        var (one, other) = (new byte[PageBytes], new byte[PageBytes]);
        var (pages, zero) = (new List<long>(), 0);
        for (long page = 0; page * PageBytes < right.Length; page++)
        {
            var length = right.ReadAtLeast(one, PageBytes, throwOnEndOfStream: false);
            var read = wrong.ReadAtLeast(other, PageBytes, throwOnEndOfStream: false);
            if (one.AsSpan(0, length).SequenceEqual(other.AsSpan(0, read))) continue;
            pages.Add(page);
            if (!other.AsSpan(0, read).ContainsAnyExcept((byte)0)) zero++;
        }
        return $"{wrong.Length} bytes for {right.Length}; {pages.Count} pages of 4 KiB differ ({zero} are zeros), "
            + $"from {pages.FirstOrDefault()} to {pages.LastOrDefault()}";
    }
}
