using ActorEtcd.Auth;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.Auth;

/// <summary>Finds what a call shows of its user: a token in its metadata, or the name in the client's certificate.</summary>
internal static class CallCredentials
{
    private const string TokenName = "token";
    private const string TokenNameOfGateways = "authorization";
    private const string BearerPrefix = "Bearer ";

    public static Credentials Of(GrpcCall call) => new(TokenOf(call), call.VerifiedClientName);

    private static string? TokenOf(GrpcCall call)
    {
        var headers = call.RequestHeaders;
        if (!headers.TryGetValue(TokenName, out var values) && !headers.TryGetValue(TokenNameOfGateways, out values))
        {
            return null;
        }

        var token = values.Count > 0 ? values[0] ?? string.Empty : string.Empty;
        return token.StartsWith(BearerPrefix, StringComparison.Ordinal) ? token[BearerPrefix.Length..] : token;
    }
}
