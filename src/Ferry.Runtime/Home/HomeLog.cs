using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Home;

internal static partial class HomeLog
{
    [LoggerMessage(
        3101, LogLevel.Warning,
        "{Path} is damaged and was set aside ({Reason}): join again what this node shall keep joined")]
    public static partial void JoinedFileDamaged(ILogger log, string path, string reason);
}
