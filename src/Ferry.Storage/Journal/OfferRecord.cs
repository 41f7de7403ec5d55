using System.Buffers;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Storage.Journal;

/// <summary>An offer as a record of the log.</summary>
internal static class OfferRecord
{
    public const byte Kept = 13;
    public const byte Forgotten = 14;

    /// <summary>False when it is another record.</summary>
    public static bool TryWrite(IBufferWriter<byte> output, JournalRecord record)
    {
        switch (record)
        {
            case JournalRecord.OfferKept kept:
                output.Write([Kept]);
                Write(output, kept.Entry);
                return true;
            case JournalRecord.OfferForgotten forgotten:
                output.Write([Forgotten]);
                WriteKey(output, forgotten.Key);
                return true;
            default:
                return false;
        }
    }

    private static void Write(IBufferWriter<byte> output, OfferEntry entry)
    {
        WriteKey(output, entry.Key);
        RecordCodec.Put(output, entry.Content.Hash);
        RecordCodec.Put(output, entry.Name);
        RecordCodec.Put(output, entry.Size);
        RecordCodec.PutFlags(output, entry.IsFolder);
        RecordCodec.Put(output, entry.Traits.Modified);
        RecordCodec.Put(output, (long)entry.Traits.Mode);
        RecordCodec.Put(output, (long)entry.State);
        RecordCodec.Put(output, entry.Path);
        RecordCodec.PutFlags(output, entry.Overwrites);
        RecordCodec.Put(output, entry.At);
    }

    private static void WriteKey(IBufferWriter<byte> output, OfferKey key)
    {
        RecordCodec.Put(output, key.Peer.Hash);
        RecordCodec.Put(output, key.Offer);
        RecordCodec.PutFlags(output, key.IsOwn);
    }

    /// <summary>Null when it is none that this node can have written.</summary>
    public static JournalRecord? Read(ref RecordCodec.FieldReader input)
    {
        var key = ReadKey(ref input);
        var (content, name, size) = (input.Content(), input.Text() ?? "", input.Int64());
        var (isFolder, traits, state) = (input.Flag(), input.Traits(), input.Int64());
        var entry = new OfferEntry(key, content, name, size, isFolder, traits, (OfferState)state)
        {
            Path = input.Text(), Overwrites = input.Flag(), At = input.Int64(),
        };
        var isSound = ChunkLayout.IsValidSize(size)
            && state is >= (long)OfferState.Made and <= (long)OfferState.Withdrawn
            && entry.At is >= 0 and <= Protocol.Wire.WireLimits.WallTimeMax;
        return isSound ? new JournalRecord.OfferKept(entry) : null;
    }

    public static OfferKey ReadKey(ref RecordCodec.FieldReader input) =>
        new(new NodeId(input.Hash()), input.Transfer(), input.Flag());
}
