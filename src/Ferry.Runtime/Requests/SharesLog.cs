using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Requests;

internal static partial class SharesLog
{
    [LoggerMessage(3401, LogLevel.Warning, "{Warning}")]
    public static partial void IndexWarning(ILogger log, string warning);
}
