using System.Security.Cryptography;
using Ferry.Protocol.Finding;
using Ferry.Runtime.Home;

namespace Ferry.Runtime.Finding;

/// <summary>Boxes of replies under the keys of this node's network, without a mark of the key.</summary>
internal sealed class MemberBoxes(NetworkKeys keys) : IMemberBoxes
{
    public byte[] Seal(ReadOnlySpan<byte> text, ReadOnlySpan<byte> associated) =>
        keys.Current is { } key ? key.SealReply(text, associated)
            : RandomNumberGenerator.GetBytes(Datagram.Reply.BoxBytes);

    public OpenedBox? Open(ReadOnlySpan<byte> box, ReadOnlySpan<byte> associated)
    {
        foreach (var key in keys.All)
            if (key.OpenReply(box, associated) is { } text) return new OpenedBox(text, key.Tag);
        return null;
    }
}
