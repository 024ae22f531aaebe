using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>
/// Shows a history that has no order: the longest one found, the calls that could have come next and do not fit, and all
/// of it as bars over time, one row a client.
/// </summary>
internal static class ViolationTrace
{
    private const int CallsBefore = 60;
    private const int CallsAfter = 40;
    private const int RowHeight = 26;
    private const int Width = 1600;

    public static string Text<TOperation>(string what, IReadOnlyList<Call<TOperation>> calls, CheckResult result)
    {
        long zero = calls.Min(call => call.Start);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{what}: {result.Verdict}, {calls.Count} calls, {result.Longest.Count} in order, {result.Steps} steps");
        int skipped = Math.Max(0, result.Longest.Count - 15);
        text.AppendLine(CultureInfo.InvariantCulture, $"  the order after {skipped} calls:");
        foreach (int position in result.Longest.Skip(skipped))
        {
            text.AppendLine("    " + Line(calls[position], zero));
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"  which gives {result.State}; none of these fits next:");
        foreach (int position in Blocked(calls, result))
        {
            text.AppendLine("    " + Line(calls[position], zero));
        }

        return text.ToString();
    }

    /// <summary>A page without anything outside itself.</summary>
    public static string Html<TOperation>(string what, IReadOnlyList<Call<TOperation>> calls, CheckResult result)
    {
        int[] shown = [.. Shown(calls, result)];
        HashSet<int> blocked = [.. Blocked(calls, result)];
        Dictionary<int, int> place = result.Longest.Select((position, order) => (position, order)).ToDictionary(p => p.position, p => p.order);
        int[] clients = [.. shown.Select(i => calls[i].Client).Distinct().Order()];
        long from = shown.Min(i => calls[i].Start);
        long to = shown.Max(i => calls[i].IsKnown ? calls[i].End : calls[i].Start) + 1;
        var page = new StringBuilder();
        page.Append("<!doctype html><meta charset=utf-8><title>").Append(WebUtility.HtmlEncode(what)).Append("</title><style>")
            .Append("body{font:12px monospace;margin:16px}.r{position:relative;border-bottom:1px solid #ddd}")
            .Append(".c{position:absolute;height:20px;overflow:hidden;white-space:nowrap;border-radius:3px;padding:2px 4px;box-sizing:border-box;min-width:3px}")
            .Append(".c:hover{overflow:visible;z-index:2;min-width:max-content}.o{background:#bfe5bf}.b{background:#f4a6a6;outline:2px solid #c00}.n{background:#ddd}.u{opacity:.55}</style>");
        page.Append("<h3>").Append(WebUtility.HtmlEncode($"{what}: {result.Verdict}")).Append("</h3><p>")
            .Append(WebUtility.HtmlEncode($"{result.Longest.Count} of {calls.Count} calls have an order, which gives {result.State}. Green: in that order (number). Red: may come next and does not fit. Grey: later. Pale: outcome unknown."))
            .Append("</p>");
        foreach (int client in clients)
        {
            AppendRow(page, calls, shown.Where(i => calls[i].Client == client), blocked, place, from, to);
        }

        return page.ToString();
    }

    private static void AppendRow<TOperation>(
        StringBuilder page,
        IReadOnlyList<Call<TOperation>> calls,
        IEnumerable<int> positions,
        HashSet<int> blocked,
        Dictionary<int, int> place,
        long from,
        long to)
    {
        // Calls of one client overlap when an unknown one goes on for ever: each gets the first lane that is free.
        var laneEnds = new List<long>();
        var bars = new StringBuilder();
        foreach (int position in positions.OrderBy(i => calls[i].Start))
        {
            Call<TOperation> call = calls[position];
            int lane = laneEnds.FindIndex(end => end <= call.Start);
            if (lane < 0)
            {
                lane = laneEnds.Count;
                laneEnds.Add(0);
            }

            laneEnds[lane] = call.End;
            double left = (double)(call.Start - from) / (to - from) * Width;
            double width = ((double)(Math.Min(call.End, to) - call.Start) / (to - from) * Width) - 1;
            string kind = blocked.Contains(position) ? "b" : place.ContainsKey(position) ? "o" : "n";
            string order = place.TryGetValue(position, out int number) ? $"{number}: " : "";
            string label = WebUtility.HtmlEncode(order + call.Operation);
            bars.Append(CultureInfo.InvariantCulture, $"<div class=\"c {kind}{(call.IsKnown ? "" : " u")}\" title=\"{label}\" ")
                .Append(CultureInfo.InvariantCulture, $"style=\"left:{left:F1}px;width:{Math.Max(width, 3):F1}px;top:{(lane * RowHeight) + 2}px\">{label}</div>");
        }

        page.Append(CultureInfo.InvariantCulture, $"<div class=r style=\"height:{Math.Max(1, laneEnds.Count) * RowHeight}px;width:{Width}px\">")
            .Append(bars).Append("</div>");
    }

    /// <summary>The calls around the place where the order ends.</summary>
    private static IEnumerable<int> Shown<TOperation>(IReadOnlyList<Call<TOperation>> calls, CheckResult result)
    {
        HashSet<int> ordered = [.. result.Longest];
        return result.Longest.Skip(Math.Max(0, result.Longest.Count - CallsBefore))
            .Concat(Enumerable.Range(0, calls.Count).Where(i => !ordered.Contains(i)).OrderBy(i => calls[i].Start).Take(CallsAfter))
            .Concat(Blocked(calls, result))
            .Distinct();
    }

    /// <summary>Not in the order, and begun before the first of the rest ended.</summary>
    private static IEnumerable<int> Blocked<TOperation>(IReadOnlyList<Call<TOperation>> calls, CheckResult result)
    {
        HashSet<int> ordered = [.. result.Longest];
        int[] rest = [.. Enumerable.Range(0, calls.Count).Where(i => !ordered.Contains(i) && calls[i].IsKnown)];
        long firstEnd = rest.Length == 0 ? 0 : rest.Min(i => calls[i].End);
        return rest.Where(i => calls[i].Start <= firstEnd);
    }

    private static string Line<TOperation>(Call<TOperation> call, long zero)
    {
        string end = call.IsKnown ? Seconds(call.End - zero) : "unknown";
        return $"client {call.Client,3}  {Seconds(call.Start - zero)} .. {end}  {call.Operation}";
    }

    private static string Seconds(long ticks) =>
        ((double)ticks / Stopwatch.Frequency).ToString("F4", CultureInfo.InvariantCulture);
}
