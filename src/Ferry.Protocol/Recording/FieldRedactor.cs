using System.Security.Cryptography;
using System.Text;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Recording;

/// <summary>
/// Puts a pseudonym in the place of each name: the same for the same name within a node's life, and without the node's
/// key nobody can find out which name it stands for, not even by trying. The core passes names on and never looks into
/// them (but for whether there is one), so that it does with pseudonyms what it did with names.
/// </summary>
internal sealed class FieldRedactor(byte[] key) : Fields
{
    private const int DigestBytes = 8;

    private Message? _before;
    private Message? _redacted;

    protected override bool IsReading => false;

    public override ulong Number(ulong? value) => value.GetValueOrDefault();
    public override Bytes32 Digest(Bytes32? value) => value.GetValueOrDefault();
    public override UInt128 Number128(UInt128? value) => value.GetValueOrDefault();
    public override ReadOnlyMemory<byte> Blob(ReadOnlyMemory<byte>? value) => value.GetValueOrDefault();
    public override string Text(string? value) => value!;
    public override string Name(string? value) => PseudonymOf(value!);
    public override Payload Body(Payload? value) => value!;
    public override void Require(bool holds) { }

    public override Message Message(Message? value)
    {
        if (!ReferenceEquals(value, _before)) (_before, _redacted) = (value, Redacted(value!));
        return _redacted!;
    }

    protected override int Count(int? value) => value.GetValueOrDefault();

    private Message Redacted(Message message) => message switch
    {
        FileSearch search => search with { Text = PseudonymOf(search.Text) },
        Offer offer => offer with { Name = PseudonymOf(offer.Name) },
        HasFile hit => hit with { Name = PseudonymOf(hit.Name) },
        SearchReport report => report with
        {
            Hashing = [.. report.Hashing.Select(file => file with { Name = PseudonymOf(file.Name) })],
        },
        _ => message,
    };

    /// <summary>A name and its sendable form are one name: the core turns the one into the other.</summary>
    private string PseudonymOf(string name)
    {
        if (name.Length == 0) return name;
        var digest = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(SendableName.Of(name)));
        return $"name-{Convert.ToHexStringLower(digest.AsSpan(0, DigestBytes))}";
    }
}
