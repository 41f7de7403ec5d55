using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Ferry.Protocol.Content;

namespace Ferry.Storage.Trees;

/// <summary>
/// What is in a folder and where the bytes of its files lie in the folder's content, which the listing begins:
/// <code>
/// listing = "ferry listing 1\n" ‖ bytes of all of it (u32) ‖ entries (u32) ‖ entry…      numbers big endian
/// entry   = kind (u8) ‖ flags (u8) ‖ kept (u16) ‖ length (u16) ‖ UTF-8 behind what is kept of the path before
///           ‖ of a file: size (i64) ‖ modified (i64) ‖ offset (i64); of a link: length (u16) ‖ target in UTF-8
/// </code>
/// Paths are in ascending order of their UTF-8, and every folder is listed, before what is in it. Decoding never
/// throws: a listing comes from a peer.
/// </summary>
internal sealed class FolderListing
{
    public const int EntriesMax = 131_072;

    /// <summary>Of the listing, and of all its paths, of which it does not repeat what the one before has.</summary>
    public const int BytesMax = 64 << 20;
    public const int PathBytesMax = 4096;
    public const int DepthMax = 128;

    /// <summary>
    /// Files may share bytes, so that a small content could fill a disk: they add up to at most so many times the
    /// content, and <see cref="SharedBytesFree"/>.
    /// </summary>
    public const int SharedTimesMax = 16;

    public const long SharedBytesFree = 1L << 30;

    public const int HeadBytes = 24;
    private const int EntryBytes = 6, FieldBytes = 24;
    private const byte Executable = 1, Private = 2;

    private FolderListing(IReadOnlyList<FolderEntry> entries, ReadOnlyMemory<byte> bytes) =>
        (Entries, Bytes) = (entries, bytes);

    private static ReadOnlySpan<byte> Magic => "ferry listing 1\n"u8;

    public IReadOnlyList<FolderEntry> Entries { get; }

    /// <summary>As it lies at the beginning of the content.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Of all files: what they take on a disk.</summary>
    public long FileBytes => Entries.Sum(entry => entry.Size);

    /// <summary>How many bytes the entries will take; their offsets do not count.</summary>
    public static long LengthOf(IReadOnlyList<FolderEntry> entries)
    {
        long length = HeadBytes;
        var before = Array.Empty<byte>();
        foreach (var entry in entries)
        {
            var path = Encoding.UTF8.GetBytes(entry.Path);
            length += EntryBytes + path.Length - path.AsSpan().CommonPrefixLength(before);
            if (entry.Kind == EntryKind.File) length += FieldBytes;
            if (entry.Kind == EntryKind.Link) length += 2 + Encoding.UTF8.GetByteCount(entry.Target);
            before = path;
        }
        return length;
    }

    /// <param name="entries">In order, and within the bounds.</param>
    public static FolderListing Of(IReadOnlyList<FolderEntry> entries)
    {
        var bytes = new byte[LengthOf(entries)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), bytes.Length);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), entries.Count);
        var at = HeadBytes;
        var before = Array.Empty<byte>();
        foreach (var entry in entries)
        {
            var path = Encoding.UTF8.GetBytes(entry.Path);
            at += Write(entry, path, path.AsSpan().CommonPrefixLength(before), bytes.AsSpan(at));
            before = path;
        }
        return new FolderListing([.. entries], bytes);
    }

    /// <summary>How long the listing says it is; null when the bytes do not begin one.</summary>
    /// <param name="head">The first <see cref="HeadBytes"/> of the content.</param>
    public static int? LengthIn(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeadBytes || !head.StartsWith(Magic)) return null;
        return BinaryPrimitives.ReadInt32BigEndian(head[16..]) is var length and >= HeadBytes ? length : null;
    }

    /// <param name="bytes">As many as <see cref="LengthIn"/> says.</param>
    /// <param name="contentBytes">Of the content that the listing begins.</param>
    public static ListingFlaw TryDecode(ReadOnlyMemory<byte> bytes, long contentBytes, out FolderListing? listing)
    {
        listing = null;
        if (bytes.Length > BytesMax) return ListingFlaw.TooLong;
        if (LengthIn(bytes.Span) is not { } length || length != bytes.Length || length > contentBytes)
            return ListingFlaw.Form;
        var count = BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[20..]);
        if (count > EntriesMax) return ListingFlaw.TooMany;
        if (count > (length - HeadBytes) / EntryBytes) return ListingFlaw.Form;
        var reader = new ListingReader(bytes.Span[HeadBytes..], length, contentBytes);
        var entries = new FolderEntry[count];
        for (var i = 0; i < entries.Length; i++)
        {
            if (reader.TryRead(out var entry) is not ListingFlaw.None and var flaw) return flaw;
            entries[i] = entry!;
        }
        if (!reader.IsAtEnd) return ListingFlaw.Form;
        if (!MaySum(reader.FileBytes, contentBytes)) return ListingFlaw.Size;
        listing = new FolderListing(entries, bytes);
        return ListingFlaw.None;
    }

    /// <summary>Whether files of so many bytes in all may share those of a content.</summary>
    public static bool MaySum(Int128 fileBytes, long contentBytes) =>
        fileBytes <= ChunkLayout.ContentBytesMax
        && fileBytes <= (Int128)contentBytes * SharedTimesMax + SharedBytesFree;

    /// <summary>Why the path cannot be listed; else <see cref="ListingFlaw.None"/>.</summary>
    public static ListingFlaw FlawOf(ReadOnlySpan<byte> path)
    {
        if (path.Length is 0 or > PathBytesMax || !Utf8.IsValid(path) || path.Contains((byte)0))
            return ListingFlaw.Path;
        var depth = 0;
        foreach (var range in path.Split((byte)'/'))
        {
            if (path[range] is [] or [(byte)'.'] or [(byte)'.', (byte)'.'] || ++depth > DepthMax)
                return ListingFlaw.Path;
        }
        return ListingFlaw.None;
    }

    private static int Write(FolderEntry entry, ReadOnlySpan<byte> path, int kept, Span<byte> to)
    {
        to[0] = (byte)entry.Kind;
        to[1] = (byte)((entry.IsExecutable ? Executable : 0) | (entry.IsPrivate ? Private : 0));
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)kept);
        BinaryPrimitives.WriteUInt16BigEndian(to[4..], (ushort)(path.Length - kept));
        path[kept..].CopyTo(to[EntryBytes..]);
        var at = EntryBytes + path.Length - kept;
        if (entry.Kind == EntryKind.File)
        {
            BinaryPrimitives.WriteInt64BigEndian(to[at..], entry.Size);
            BinaryPrimitives.WriteInt64BigEndian(to[(at + 8)..], entry.Modified);
            BinaryPrimitives.WriteInt64BigEndian(to[(at + 16)..], entry.Offset);
            at += FieldBytes;
        }
        else if (entry.Kind == EntryKind.Link)
        {
            var length = Encoding.UTF8.GetBytes(entry.Target, to[(at + 2)..]);
            BinaryPrimitives.WriteUInt16BigEndian(to[at..], (ushort)length);
            at += 2 + length;
        }
        return at;
    }

    /// <summary>Reads entries in order, each after what the ones before it allow.</summary>
    private ref struct ListingReader(ReadOnlySpan<byte> bytes, int listingBytes, long contentBytes)
    {
        private readonly HashSet<string> _folders = [""];
        private ReadOnlySpan<byte> _rest = bytes;
        private byte[] _before = [];
        private long _pathBytes;

        public readonly bool IsAtEnd => _rest.IsEmpty;

        /// <summary>Of all files so far.</summary>
        public Int128 FileBytes { get; private set; }

        public ListingFlaw TryRead(out FolderEntry? entry)
        {
            entry = null;
            if (Take(EntryBytes) is not { Length: EntryBytes } head) return ListingFlaw.Form;
            var (kind, flags) = ((EntryKind)head[0], head[1]);
            if (kind is < EntryKind.Folder or > EntryKind.Link) return ListingFlaw.Kind;
            if (flags > (kind == EntryKind.File ? Executable | Private : 0)) return ListingFlaw.Kind;
            int kept = BinaryPrimitives.ReadUInt16BigEndian(head[2..]);
            int added = BinaryPrimitives.ReadUInt16BigEndian(head[4..]);
            if (kept > _before.Length || kept + added > PathBytesMax) return ListingFlaw.Path;
            if (added > _rest.Length) return ListingFlaw.Form;
            byte[] path = [.. _before.AsSpan(0, kept), .. Take(added)];
            if (FlawOf(path) is not ListingFlaw.None and var flaw) return flaw;
            // What is kept is all that there is to keep, so that a listing has one form.
            if (_before.AsSpan().CommonPrefixLength(path) != kept || path.AsSpan().SequenceCompareTo(_before) <= 0)
                return ListingFlaw.Order;
            _before = path;
            _pathBytes += path.Length;
            if (_pathBytes > BytesMax) return ListingFlaw.TooLong;
            entry = new FolderEntry(Encoding.UTF8.GetString(path), kind)
            {
                IsExecutable = (flags & Executable) != 0, IsPrivate = (flags & Private) != 0,
            };
            if (!_folders.Contains(entry.Above)) return ListingFlaw.Parent;
            if (kind == EntryKind.Folder) _folders.Add(entry.Path);
            return kind == EntryKind.File ? TryReadFile(ref entry)
                : kind == EntryKind.Link ? TryReadLink(ref entry) : ListingFlaw.None;
        }

        private ListingFlaw TryReadFile(ref FolderEntry entry)
        {
            if (Take(FieldBytes) is not { Length: FieldBytes } fields)
                return ListingFlaw.Form;
            var size = BinaryPrimitives.ReadInt64BigEndian(fields);
            var offset = BinaryPrimitives.ReadInt64BigEndian(fields[16..]);
            if (size < 0 || size > contentBytes) return ListingFlaw.Range;
            if (size == 0 ? offset != 0 : offset < listingBytes || offset > contentBytes - size)
                return ListingFlaw.Range;
            FileBytes += size;
            entry = entry with
            {
                Size = size,
                Modified = BinaryPrimitives.ReadInt64BigEndian(fields[8..]),
                Offset = offset,
            };
            return ListingFlaw.None;
        }

        private ListingFlaw TryReadLink(ref FolderEntry entry)
        {
            if (Take(2) is not { Length: 2 } head) return ListingFlaw.Form;
            int length = BinaryPrimitives.ReadUInt16BigEndian(head);
            if (length > _rest.Length) return ListingFlaw.Form;
            var target = Take(length);
            if (length is 0 or > LinkTarget.BytesMax || !Utf8.IsValid(target) || target.Contains((byte)0))
                return ListingFlaw.Target;
            entry = entry with { Target = Encoding.UTF8.GetString(target) };
            return ListingFlaw.None;
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (_rest.Length < count) return [];
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
