using System.Globalization;
using Ferry.Protocol;

namespace Ferry.Runtime.Links;

/// <summary>Why a route is used or not, in words.</summary>
internal static class RouteWords
{
    /// <summary>Of each route, in their order.</summary>
    /// <param name="routes">Those to one destination stand together, as the core lists them.</param>
    public static IEnumerable<string> Why(IReadOnlyList<RouteStatus> routes)
    {
        for (int first = 0, end = 1; first < routes.Count; first = end++)
        {
            while (end < routes.Count && routes[end].Destination == routes[first].Destination) end++;
            var same = routes.Skip(first).Take(end - first).ToList();
            foreach (var route in same) yield return Why(route, same);
        }
    }

    /// <param name="same">All routes to its destination.</param>
    private static string Why(RouteStatus route, IEnumerable<RouteStatus> same)
    {
        var others = same.Where(other => other != route).ToList();
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
