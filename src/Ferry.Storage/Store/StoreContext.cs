using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.Storage.Journal;
using Ferry.Storage.Shares;
using Ferry.Storage.Uploads;

namespace Ferry.Storage.Store;

/// <summary>What all parts of a store that deal with downloads work on.</summary>
/// <param name="Wall">For the age of log entries; a clock that is wrong costs nothing but that.</param>
internal sealed record StoreContext(
    IDisk Disk, TransferLog Log, ManifestFiles Manifests, DownloadPlace Place, KeptRoom Room, IShareCatalog Shares,
    UncommittedTally Uncommitted, OfferLog Offers, TimeProvider Wall);
