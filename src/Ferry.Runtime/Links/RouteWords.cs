using System.Globalization;
using Ferry.Protocol;

namespace Ferry.Runtime.Links;

/// <summary>Why a route is used or not, in words.</summary>
internal static class RouteWords
{
    /// <param name="all">All routes, those to other destinations too.</param>
    public static string Why(RouteStatus route, IReadOnlyList<RouteStatus> all)
    {
        var others = all.Where(other => other != route && other.Destination == route.Destination).ToList();
        var inUse = others.Find(other => other.Verdict == RouteVerdict.InUse);
        var ratio = inUse is null ? 1 : route.Metric / inUse.Metric;
        return route.Verdict switch
        {
            RouteVerdict.InUse when others.Count == 0 => "the only way known",
            RouteVerdict.InUse when others.TrueForAll(other => other.Metric >= route.Metric) => "the quickest way",
            RouteVerdict.InUse => "kept: no safe way is quicker by a fifth",
            RouteVerdict.HardlyCheaper => "quicker, but by less than a fifth",
            RouteVerdict.MayLoop => "not taken: it might lead back here",
            _ when inUse is null => "not taken yet",
            _ => string.Create(CultureInfo.InvariantCulture, $"takes {ratio:0.0} times as long"),
        };
    }
}
