using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Finding;

/// <summary>What finding nodes logs: 3600 to 3699.</summary>
internal static partial class FindingLog
{
    [LoggerMessage(3600, LogLevel.Information, "Found {Node} at {Address}, and linked to it")]
    public static partial void Linked(ILogger log, string node, string address);

    [LoggerMessage(3601, LogLevel.Debug, "Found a node at {Address}, and not linked to it: {Reason}")]
    public static partial void NotLinked(ILogger log, string address, string reason);

    [LoggerMessage(3602, LogLevel.Debug, "Not shown by DNS-SD, and told of nobody there: {Reason}")]
    public static partial void NoServiceDiscovery(ILogger log, string reason);
}
