using System.Security.Cryptography;

namespace Ferry.Runtime;

/// <summary>Passphrases that can be said aloud.</summary>
public static class Passphrase
{
    /// <summary>Words of a proposal.</summary>
    public const int Words = 7;

    /// <summary>Of each word: three consonants of 16, two vowels of 4, by turns.</summary>
    public const int BitsPerWord = 16;

    private const string Consonants = "bdfghjklmnprstvz";
    private const string Vowels = "aiou";

    /// <summary>Seven words of five letters: 112 bits of chance.</summary>
    public static string Propose() => string.Join(' ', Enumerable.Range(0, Words).Select(_ => Word(
        RandomNumberGenerator.GetInt32(1 << BitsPerWord))));

    /// <summary>Each of 65,536 numbers is another word.</summary>
    internal static string Word(int number) => new(
    [
        Consonants[(number >> 12) & 15], Vowels[(number >> 10) & 3], Consonants[(number >> 6) & 15],
        Vowels[(number >> 4) & 3], Consonants[number & 15],
    ]);
}
