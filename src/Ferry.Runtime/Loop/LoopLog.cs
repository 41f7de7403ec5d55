using Ferry.Protocol;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Loop;

internal static partial class LoopLog
{
    [LoggerMessage(3001, LogLevel.Information, "{Link} to {Nickname} ({Node}) is up: {Address}")]
    public static partial void LinkUp(ILogger log, LinkId link, string nickname, string node, string address);

    [LoggerMessage(3002, LogLevel.Information, "{Link} is down: {Reason}")]
    public static partial void LinkDown(ILogger log, LinkId link, string reason);
}
