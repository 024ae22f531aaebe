using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ActorEtcd.Host.Http;

/// <summary><c>/version</c>.</summary>
internal static class VersionEndpoint
{
    private const string Undecided = "not_decided";

    public static ValueTask ServeAsync(HttpCall call, IServerInfo info)
    {
        string storage = info.StorageVersion is { } version ? $",\"storage\":{Quote(version)}" : string.Empty;
        string cluster = info.ClusterVersion ?? Undecided;
        string body = $"{{\"etcdserver\":{Quote(info.ServerVersion)},\"etcdcluster\":{Quote(cluster)}{storage}}}";
        return call.RespondAsync(StatusCodes.Status200OK, "application/json", body);
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
