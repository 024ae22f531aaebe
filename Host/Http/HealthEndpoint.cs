using System.Text.Encodings.Web;
using System.Text.Json;
using ActorEtcd.Host.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ActorEtcd.Host.Http;

/// <summary>
/// <c>/health</c>: alarms, then the leader, then a read. <c>exclude</c> names alarms to overlook;
/// <c>serializable=true</c> asks about this member alone.
/// </summary>
internal sealed class HealthEndpoint(IServerInfo info, MetricRegistry registry)
{
    private const string PlainText = "text/plain; charset=utf-8";

    private static readonly Version ReasonSince = new(3, 5);

    private readonly bool _tellsReason = Version.Parse(info.ServerVersion) >= ReasonSince;

    private readonly Counter _success = registry.Counter(
        "etcd_server_health_success", "The total number of successful health checks");

    private readonly Counter _failures = registry.Counter(
        "etcd_server_health_failures", "The total number of failed health checks");

    public async ValueTask ServeAsync(HttpCall call)
    {
        call.Query.TryGetValue("exclude", out StringValues excluded);
        bool serializable = call.Query.TryGetValue("serializable", out StringValues flag) && flag[0] == "true";
        string? reason = await ReasonAsync(excluded, serializable, call.Aborted);
        (reason is null ? _success : _failures).Increment();
        if (reason is null)
        {
            await call.RespondAsync(StatusCodes.Status200OK, PlainText, Body(isHealthy: true, string.Empty));
            return;
        }

        await call.ErrorAsync(StatusCodes.Status503ServiceUnavailable, Body(isHealthy: false, reason));
    }

    /// <summary>The answer of etcd 3.5 and later.</summary>
    internal static string BodyWithReason(bool isHealthy, string reason)
    {
        JsonEncodedText text = JsonEncodedText.Encode(reason, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return $$"""{"health":"{{(isHealthy ? "true" : "false")}}","reason":"{{text}}"}""";
    }

    private string Body(bool isHealthy, string reason)
        => _tellsReason ? BodyWithReason(isHealthy, reason) : $$"""{"health":"{{(isHealthy ? "true" : "false")}}"}""";

    private async ValueTask<string?> ReasonAsync(StringValues excluded, bool serializable, CancellationToken cancel)
    {
        if (info.Alarms.FirstOrDefault(alarm => !excluded.Contains(alarm)) is { } active)
        {
            return active is "NOSPACE" or "CORRUPT" ? $"ALARM {active}" : "ALARM UNKNOWN";
        }

        if (!serializable && !info.HasLeader)
        {
            return "RAFT NO LEADER";
        }

        return await info.TryReadAsync(serializable, cancel) is { } error ? $"RANGE ERROR:{error}" : null;
    }
}
