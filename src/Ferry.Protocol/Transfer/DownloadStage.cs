using Ferry.Protocol.Content;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// How far a download has come; each stage has what only it needs: <see cref="ManifestFetch"/>,
/// <see cref="OpeningDownload"/>, <see cref="RunningDownload"/>. docs/protocol.md §6.6.
/// </summary>
internal abstract class DownloadStage
{
    /// <summary>Unless the download is paused.</summary>
    public abstract TransferState State { get; }
}

/// <summary>The manifest is verified, and storage was asked to open a partial file.</summary>
internal sealed class OpeningDownload(Manifest manifest) : DownloadStage
{
    public override TransferState State => TransferState.Starting;
    public Manifest Manifest { get; } = manifest;
}
