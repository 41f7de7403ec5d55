using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.Storage.Shares;

namespace Ferry.Benchmarks.Log;

internal sealed class NothingShared : IShareCatalog
{
    public IReadOnlyList<ShareMatch> Match(string text, ContentId? content, int hitsMax) => [];
    public SharedSource? Find(ContentId content) => null;
    public void MarkChanged(ContentId content) { }
    public void AddDownloaded(Manifest manifest, string path, FileStamp stamp) { }
}

internal sealed class NothingSealed : IPieceSeal
{
    public bool TryOpen(FileTransfer header, Payload body, Span<byte> destination) => false;
}
