using Ferry.Protocol.Values;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Links;

/// <summary>What links log: 2000 to 2099 while they are up, 3200 to 3299 while they are made.</summary>
internal static partial class LinkLog
{
    [LoggerMessage(2000, LogLevel.Information, "{Link} to {Peer} at {Address} is up")]
    public static partial void Up(ILogger logger, LinkId link, string peer, string address);

    [LoggerMessage(2001, LogLevel.Information, "{Link} to {Peer} is down: {Reason}")]
    public static partial void Down(ILogger logger, LinkId link, string peer, string reason);

    [LoggerMessage(3201, LogLevel.Warning, "{Address} is not linked, trying again: {Reason}")]
    public static partial void CannotJoin(ILogger log, string address, string reason);

    [LoggerMessage(3202, LogLevel.Information, "Listening at {Address}")]
    public static partial void Listening(ILogger log, string address);

    [LoggerMessage(3203, LogLevel.Warning, "{Address} tried to join and was not let in: {Reason}")]
    public static partial void NotAccepted(ILogger log, string address, string reason);

    [LoggerMessage(
        3204, LogLevel.Warning,
        "{Address} tried to join and was not let in: {Reason} (and {LeftOut} times before, not logged)")]
    public static partial void NotAcceptedAgain(ILogger log, string address, string reason, int leftOut);

    [LoggerMessage(3207, LogLevel.Information, "Linked to {Node} at {Address} as well")]
    public static partial void AutoLinked(ILogger log, string node, string address);

    [LoggerMessage(3208, LogLevel.Debug, "No further link to {Node} at {Address}: {Reason}")]
    public static partial void CannotAutoLink(ILogger log, string node, string address, string reason);

    [LoggerMessage(
        3209, LogLevel.Information,
        "The system does not tell of changes of the network ({Reason}); they are noticed every {Seconds} s")]
    public static partial void NetworkNotWatched(ILogger log, string reason, int seconds);

    [LoggerMessage(
        3210, LogLevel.Warning, "{Nickname} at {Address} asks to be let in: say 'admit {Fingerprint}', or nothing")]
    public static partial void Asks(ILogger log, string nickname, string fingerprint, string address);

    [LoggerMessage(3205, LogLevel.Warning, "Not listening everywhere: {Reason}")]
    public static partial void CannotListen(ILogger log, string reason);

    [LoggerMessage(3206, LogLevel.Warning, "Listening at {Address}, but: {Caveat}")]
    public static partial void ListeningWithCaveat(ILogger log, string address, string caveat);
}
