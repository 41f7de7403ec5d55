using Ferry.Protocol.Content;

namespace Ferry.Protocol.Wire;

/// <summary>What bounds a message. Anything beyond is a <c>DecodeError</c>, before memory is spent on it.</summary>
public static class WireLimits
{
    /// <summary>The protocol version this program speaks.</summary>
    public const ushort Version = 5;

    /// <summary>A message without its body.</summary>
    public const int HeadBytesMax = 64 * 1024;

    /// <summary>A File Transfer's body: a piece of at most 256 KiB and its tag.</summary>
    public const int BodyBytesMax = PieceBytesMax + FileTransfer.SealBytes;
    public const int PieceBytesMax = 256 * 1024;
    public const int PieceBytesMin = 8 * 1024;

    /// <summary>The frame size every node must accept: smaller frames would be mostly seal and head.</summary>
    public const int FrameBytesMin = 256;

    public const int NicknameBytesMax = 64;

    /// <summary>A relative path in a Has File.</summary>
    public const int NameBytesMax = 4096;
    public const int QueryBytesMax = 1024;

    /// <summary>Of an offer, which is for one file or folder: a name without folders.</summary>
    public const int OfferNameBytesMax = 255;

    /// <summary>The last moment of the year 9999, in milliseconds since the start of 1970 UTC.</summary>
    public const long WallTimeMax = 253_402_300_799_999;
    public const int AdmissionProofBytesMax = 256;
    public const int KeyBytesMax = 512;
    public const int ProofBytesMax = 256;
    public const int RangesMax = 256;

    /// <summary>A sealed message: the longest that is sealed is a report of a search.</summary>
    public const int BoxBytesMax = 60 * 1024;

    /// <summary>A sealed query.</summary>
    public const int QueryBoxBytesMax = 2 * 1024;

    /// <summary>No window exceeds the largest content, and a bounded one cannot overflow a sum.</summary>
    public const long WindowBytesMax = ChunkLayout.ContentBytesMax;
    public const int UnreachableMax = 1000;
    public const int LeavesPerPartMax = 512;

    /// <summary>Enough for a machine with a few networks and radios.</summary>
    public const int AddressesMax = 16;
    public const int AddressBytesMax = 128;

    /// <summary>A flood or a routed message dies after this many links, whatever its sender says.</summary>
    public const byte HopLimitMax = 64;

    /// <summary>Neighbours that a report on a search names: as many as a node has links by default.</summary>
    public const int AskedMax = 256;
}
