using System.Security.Cryptography;
using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>Files to transfer, the same for the same seed, and their hashes.</summary>
internal static class Contents
{
    private const int BlockBytes = 1 << 20;

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
        Assert.Equal(Hash(expected), Hash(actual));
    }
}
