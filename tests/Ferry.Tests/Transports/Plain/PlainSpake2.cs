using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Ferry.Tests.Transports.Plain;

/// <summary>
/// The passphrase part of docs/protocol.md §2.7 once more, by school arithmetic: slow, leaky, and sharing no line with
/// the program's.
/// </summary>
internal sealed class PlainSpake2
{
    private static readonly BigInteger P = Number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger N = Number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    private static readonly BigInteger B = Number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    private static readonly Point G = new(
        Number("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
        Number("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"));

    private static readonly Point PointM =
        Unpack("886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f", isOdd: false);

    private static readonly Point PointN =
        Unpack("d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49", isOdd: true);

    private readonly BigInteger _w;
    private readonly Point _hidesDialer;
    private readonly Point _hidesListener;

    public PlainSpake2(string passphrase)
    {
        _w = new BigInteger(
            Rfc2898DeriveBytes.Pbkdf2(
                passphrase, "ferry passphrase"u8.ToArray(), 600_000, HashAlgorithmName.SHA256, 40),
            isUnsigned: true, isBigEndian: true) % N;
        (_hidesDialer, _hidesListener) = (Times(_w, PointM), Times(_w, PointN));
    }

    public byte[] ShareOfDialer(int x) => Bytes(Add(Times(x, G), _hidesDialer));

    public byte[] ShareOfListener(int y) => Bytes(Add(Times(y, G), _hidesListener));

    /// <summary>What A and what B says.</summary>
    /// <param name="secret">Of the side that this is.</param>
    public (byte[] OfA, byte[] OfB) Confirm(
        byte[] shareA, byte[] shareB, int secret, byte[] a, byte[] b, byte[] aad, bool dialed)
    {
        var others = Read(dialed ? shareB : shareA);
        var hidden = dialed ? _hidesListener : _hidesDialer;
        var k = Times(secret, Add(others, new Point(hidden.X, P - hidden.Y)));
        byte[] w = _w.ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[][] parts = [a, b, shareA, shareB, Bytes(k), [.. new byte[32 - w.Length], .. w]];
        byte[] tt = [.. parts.SelectMany(part => BitConverter.GetBytes((long)part.Length).Concat(part))];
        var ka = SHA256.HashData(tt)[16..];
        var prk = HKDF.Extract(HashAlgorithmName.SHA256, ka);
        var keys = HKDF.Expand(
            HashAlgorithmName.SHA256, prk, 32, [.. Encoding.ASCII.GetBytes("ConfirmationKeys"), .. aad]);
        return (HMACSHA256.HashData(keys[..16], tt), HMACSHA256.HashData(keys[16..], tt));
    }

    private static BigInteger Number(string hexadecimal) =>
        BigInteger.Parse("0" + hexadecimal, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static BigInteger Mod(BigInteger value) => (value % P + P) % P;

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(Mod(value), P - 2, P);

    /// <summary>P is 3 modulo 4, so a root is a power.</summary>
    private static Point Unpack(string hexadecimal, bool isOdd)
    {
        var x = Number(hexadecimal);
        var y = BigInteger.ModPow(Mod(BigInteger.Pow(x, 3) - 3 * x + B), (P + 1) / 4, P);
        return new Point(x, y.IsEven == isOdd ? P - y : y);
    }

    private static Point? AddAny(Point? left, Point right)
    {
        if (left is not { } a) return right;
        if (a.X == right.X && a.Y != right.Y) return null;
        var slope = a.X == right.X
            ? Mod((3 * a.X * a.X - 3) * Inverse(2 * a.Y)) : Mod((right.Y - a.Y) * Inverse(right.X - a.X));
        var x = Mod(slope * slope - a.X - right.X);
        return new Point(x, Mod(slope * (a.X - x) - a.Y));
    }

    private static Point Add(Point a, Point b) => AddAny(a, b)!.Value;

    private static Point Times(BigInteger factor, Point point)
    {
        Point? sum = null;
        for (var bit = (int)factor.GetBitLength() - 1; bit >= 0; bit--)
        {
            if (sum is { } half) sum = AddAny(half, half);
            if (!((factor >> bit) & 1).IsZero) sum = AddAny(sum, point);
        }
        return sum!.Value;
    }

    private static Point Read(byte[] bytes) => new(
        new BigInteger(bytes.AsSpan(1, 32), isUnsigned: true, isBigEndian: true),
        new BigInteger(bytes.AsSpan(33), isUnsigned: true, isBigEndian: true));

    private static byte[] Bytes(Point point) => [4, .. Padded(point.X), .. Padded(point.Y)];

    private static byte[] Padded(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private readonly record struct Point(BigInteger X, BigInteger Y);
}
