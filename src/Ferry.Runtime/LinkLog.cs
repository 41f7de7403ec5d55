using Ferry.Protocol;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime;

/// <summary>What links log: numbers 2000 to 2099.</summary>
internal static partial class LinkLog
{
    [LoggerMessage(2000, LogLevel.Information, "{Link} to {Peer} at {Address} is up")]
    public static partial void Up(ILogger logger, LinkId link, string peer, string address);

    [LoggerMessage(2001, LogLevel.Information, "{Link} to {Peer} is down: {Reason}")]
    public static partial void Down(ILogger logger, LinkId link, string peer, string reason);
}
