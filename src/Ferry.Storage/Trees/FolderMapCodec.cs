using System.Buffers.Binary;
using System.Text;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Trees;

/// <summary>
/// A map as the index keeps it: whose it is, the content's size, the listing behind its length, and of each file its
/// path if that is not the listed one, its stamp, and its content if that is known. Decoding never throws: the bytes
/// come from a disk.
/// </summary>
internal static class FolderMapCodec
{
    private const byte IsHere = 1, HasOtherPath = 2, HasContent = 4;

    public static byte[] Encode(ContentId content, FolderMap map)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        Put(writer, content);
        writer.Write(map.ContentBytes);
        writer.Write(map.Listing.Bytes.Length);
        writer.Write(map.Listing.Bytes.Span);
        for (var i = 0; i < map.Places.Count; i++)
        {
            var (path, stamp, own) = map.Places[i];
            var isOther = path is not null && path != map.Listing.Entries[i].Path;
            writer.Write((byte)((path is null ? 0 : IsHere) | (isOther ? HasOtherPath : 0)
                | (own is null ? 0 : HasContent)));
            if (path is null) continue;
            if (isOther) writer.Write(path);
            writer.Write(stamp.Length);
            writer.Write(stamp.ModifiedTicks);
            writer.Write(stamp.Inode);
            writer.Write(stamp.ChangedTicks);
            if (own is { } id) Put(writer, id);
        }
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Null when it is damaged, or another content's.</summary>
    public static FolderMap? TryDecode(ContentId content, byte[] bytes)
    {
        const int Head = Bytes32.Length + 12;
        if (bytes.Length < Head || ContentAt(bytes) != content) return null;
        var size = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(Bytes32.Length));
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(Bytes32.Length + 8));
        if (length < 0 || length > bytes.Length - Head) return null;
        FolderListing.TryDecode(bytes.AsMemory(Head, length), size, out var listing);
        if (listing is null) return null;
        using var reader = new BinaryReader(new MemoryStream(bytes, Head + length, bytes.Length - Head - length));
        try
        {
            FolderPlace[] places = [.. listing.Entries.Select(entry => ReadPlace(reader, entry))];
            return new FolderMap(listing, size, places);
        }
        catch (Exception exception) when (exception is IOException or FormatException or ArgumentException)
        {
            return null; // It is made anew.
        }
    }

    private static FolderPlace ReadPlace(BinaryReader reader, FolderEntry entry)
    {
        var flags = reader.ReadByte();
        if ((flags & IsHere) == 0) return default;
        var path = (flags & HasOtherPath) != 0 ? reader.ReadString() : entry.Path;
        var stamp = new FileStamp(reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt64(), reader.ReadInt64());
        if ((flags & HasContent) == 0) return new FolderPlace(path, stamp, null);
        var own = reader.ReadBytes(Bytes32.Length);
        if (own.Length < Bytes32.Length) throw new EndOfStreamException();
        return new FolderPlace(path, stamp, ContentAt(own));
    }

    private static ContentId ContentAt(ReadOnlySpan<byte> bytes) => new(Bytes32.From(bytes[..Bytes32.Length]));

    private static void Put(BinaryWriter writer, ContentId content) => writer.Write(content.Hash.ToArray());
}
