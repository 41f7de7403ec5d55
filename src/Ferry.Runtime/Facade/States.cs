using System.Text.Json.Serialization;

namespace Ferry.Runtime;

// What can be one of a few. The names are those of JSON and of the commands, and stable.

/// <summary>How far a transfer has come.</summary>
public enum TransferPhase
{
    /// <summary>Looking for holders, or for a route to one.</summary>
    [JsonStringEnumMemberName("searching")]
    Searching,

    /// <summary>Fetching the manifest, opening files.</summary>
    [JsonStringEnumMemberName("starting")]
    Starting,

    /// <summary>Data flows.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Found in the log at start-up, or without progress; goes on by itself.</summary>
    [JsonStringEnumMemberName("resuming")]
    Resuming,

    /// <summary>Waits for the disk, or for a user who has paused it.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,

    /// <summary>All is there and gets its name.</summary>
    [JsonStringEnumMemberName("finishing")]
    Finishing,

    /// <summary>Over, one way or the other.</summary>
    [JsonStringEnumMemberName("ended")]
    Ended,

    /// <summary>Offered, by this node or to it, and not accepted yet.</summary>
    [JsonStringEnumMemberName("offered")]
    Offered,

    /// <summary>What was offered is there: the receiver has signed that.</summary>
    [JsonStringEnumMemberName("arrived")]
    Arrived,

    /// <summary>What was offered is not wanted.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,
}

/// <summary>How far an offer has come.</summary>
public enum OfferPhase
{
    /// <summary>The receiver has not heard of it yet.</summary>
    [JsonStringEnumMemberName("made")]
    Made,

    /// <summary>The receiver's user has not decided.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    /// <summary>It is wanted, and being fetched.</summary>
    [JsonStringEnumMemberName("accepted")]
    Accepted,

    /// <summary>It is not wanted.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>It is there, whole: the receiver has signed that.</summary>
    [JsonStringEnumMemberName("arrived")]
    Arrived,

    /// <summary>It was accepted, and the receiver gave it up later.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>The sender has taken it back.</summary>
    [JsonStringEnumMemberName("withdrawn")]
    Withdrawn,
}

/// <summary>What to do when something with another content has the name that a file or folder is to get.</summary>
public enum OnConflict
{
    /// <summary>The new one gets another name.</summary>
    [JsonStringEnumMemberName("rename")]
    Rename,

    /// <summary>A file is replaced, in one step, when the new one is whole; a folder never is.</summary>
    [JsonStringEnumMemberName("overwrite")]
    Overwrite,

    /// <summary>Nothing is fetched.</summary>
    [JsonStringEnumMemberName("skip")]
    Skip,
}

/// <summary>Whom a node lets in that was found near.</summary>
public enum NodeAdmits
{
    /// <summary>Members of its network, and this node is one.</summary>
    [JsonStringEnumMemberName("member")]
    Member,

    /// <summary>Everybody.</summary>
    [JsonStringEnumMemberName("everybody")]
    Everybody,

    /// <summary>Who has a ticket: it has given some out.</summary>
    [JsonStringEnumMemberName("ticket")]
    Ticket,

    /// <summary>Who proves a passphrase.</summary>
    [JsonStringEnumMemberName("passphrase")]
    Passphrase,

    /// <summary>Whom its user says yes to.</summary>
    [JsonStringEnumMemberName("asking")]
    Asking,
}

/// <summary>Seen from this node.</summary>
public enum TransferDirection
{
    /// <summary>To this node.</summary>
    [JsonStringEnumMemberName("download")]
    Download,

    /// <summary>To another node.</summary>
    [JsonStringEnumMemberName("upload")]
    Upload,
}

/// <summary>The entry of a transfer in the write-ahead log.</summary>
public enum LogEntryState
{
    /// <summary>The node goes on with the transfer by itself, also after a crash.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>There is nothing left to do.</summary>
    [JsonStringEnumMemberName("closed")]
    Closed,
}

/// <summary>Whether a neighbour is there.</summary>
public enum PeerState
{
    /// <summary>At least one link is up.</summary>
    [JsonStringEnumMemberName("connected")]
    Connected,

    /// <summary>Joined before, and dialled now.</summary>
    [JsonStringEnumMemberName("connecting")]
    Connecting,

    /// <summary>Joined before, and dialled again later.</summary>
    [JsonStringEnumMemberName("away")]
    Away,

    /// <summary>Joined before; another key than the remembered one answers there, and is not used.</summary>
    [JsonStringEnumMemberName("keyChanged")]
    KeyChanged,

    /// <summary>Kept out by the user.</summary>
    [JsonStringEnumMemberName("blocked")]
    Blocked,

    /// <summary>Joined; its user has been asked to let this node in, and is asked again.</summary>
    [JsonStringEnumMemberName("asked")]
    Asked,

    /// <summary>A stranger that asks this node's user to be let in.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,
}

/// <summary>What a neighbour is to the network that this node is a member of.</summary>
public enum NeighbourRole
{
    /// <summary>It has the network's key, or is told it.</summary>
    [JsonStringEnumMemberName("member")]
    Member,

    /// <summary>It was let in because this node is open.</summary>
    [JsonStringEnumMemberName("guest")]
    Guest,

    /// <summary>This node joined it; it is told no key, and carries what it cannot read.</summary>
    [JsonStringEnumMemberName("outside")]
    Outside,
}

/// <summary>What the user has decided about a node.</summary>
public enum NodeStanding
{
    /// <summary>It is let in.</summary>
    [JsonStringEnumMemberName("trusted")]
    Trusted,

    /// <summary>It is kept out.</summary>
    [JsonStringEnumMemberName("blocked")]
    Blocked,

    /// <summary>Nothing.</summary>
    [JsonStringEnumMemberName("stranger")]
    Stranger,
}

/// <summary>What a link does beside the others to the same neighbour.</summary>
public enum LinkUse
{
    /// <summary>Carries data, alone or together with others.</summary>
    [JsonStringEnumMemberName("bulk")]
    Bulk,

    /// <summary>Takes over when those that carry data go down.</summary>
    [JsonStringEnumMemberName("standby")]
    Standby,

    /// <summary>About to be closed: a newer link over the same path is used instead.</summary>
    [JsonStringEnumMemberName("replaced")]
    Replaced,
}

/// <summary>Whether a file is offered.</summary>
public enum FileState
{
    /// <summary>Found, and not offered before it is hashed.</summary>
    [JsonStringEnumMemberName("hashing")]
    Hashing,

    /// <summary>Offered.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>Not what it was when it was hashed; is hashed again.</summary>
    [JsonStringEnumMemberName("changed")]
    Changed,

    /// <summary>Cannot be read.</summary>
    [JsonStringEnumMemberName("unreadable")]
    Unreadable,
}

/// <summary>What a content is.</summary>
public enum ContentKind
{
    /// <summary>One file.</summary>
    [JsonStringEnumMemberName("file")]
    File,

    /// <summary>A folder with all that is in it.</summary>
    [JsonStringEnumMemberName("folder")]
    Folder,
}

/// <summary>How a file came to be offered.</summary>
public enum FileOrigin
{
    /// <summary>The user shared it, or its folder.</summary>
    [JsonStringEnumMemberName("shared")]
    Shared,

    /// <summary>It was fetched from the network.</summary>
    [JsonStringEnumMemberName("downloaded")]
    Downloaded,
}

/// <summary>Whom this node lets in.</summary>
public enum NetworkState
{
    /// <summary>Anybody who can reach it.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>Who proves the passphrase, and whom it knows.</summary>
    [JsonStringEnumMemberName("passphrase")]
    Passphrase,

    /// <summary>Nobody whom it does not know.</summary>
    [JsonStringEnumMemberName("closed")]
    Closed,

    /// <summary>Nobody: it has left and is alone until the next join.</summary>
    [JsonStringEnumMemberName("left")]
    Left,
}

/// <summary>How well a name fits what was searched for; the best first.</summary>
public enum HitMatch
{
    /// <summary>It is the name, or the content id.</summary>
    [JsonStringEnumMemberName("exact")]
    Exact,

    /// <summary>It is the name but for upper and lower case.</summary>
    [JsonStringEnumMemberName("case")]
    Case,

    /// <summary>The pattern fits.</summary>
    [JsonStringEnumMemberName("glob")]
    Glob,

    /// <summary>A part of the name.</summary>
    [JsonStringEnumMemberName("substring")]
    Substring,

    /// <summary>Nearly the name.</summary>
    [JsonStringEnumMemberName("similar")]
    Similar,
}
