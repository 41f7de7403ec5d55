using System.Security.Cryptography;

namespace Ferry.Tests.Transports.Plain;

/// <summary>Numbers, big endian, and HKDF (RFC 5869), both by hand.</summary>
internal static class PlainBytes
{
    public static byte[] U16(int number) => Number((ulong)number, 2);
    public static byte[] I32(int number) => Number((uint)number, 4);
    public static byte[] U64(ulong number) => Number(number, 8);

    public static ulong Read(ReadOnlySpan<byte> bytes)
    {
        var number = 0UL;
        foreach (var digit in bytes) number = number << 8 | digit;
        return number;
    }

    public static byte[] Extract(byte[] salt, byte[] material) => Hmac(salt, material);

    /// <summary>At most 32 bytes, so one block is enough.</summary>
    public static byte[] Expand(byte[] prk, string info, int bytes) =>
        Hmac(prk, [.. Ascii(info), 1])[..bytes];

    public static byte[] Hmac(byte[] key, byte[] message) => HMACSHA256.HashData(key, message);

    public static byte[] Ascii(string text) => System.Text.Encoding.ASCII.GetBytes(text);

    private static byte[] Number(ulong number, int bytes) =>
        [.. Enumerable.Range(1, bytes).Select(at => (byte)(number >> (8 * (bytes - at))))];
}
