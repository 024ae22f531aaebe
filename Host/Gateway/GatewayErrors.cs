using System.Text;
using System.Text.Json;
using ActorEtcd.Host.Grpc;
using Microsoft.AspNetCore.WebUtilities;

namespace ActorEtcd.Host.Gateway;

/// <summary>How a failed call looks as HTTP, which depends on the etcd version: 3.6 came with another gateway.</summary>
internal sealed class GatewayErrors(Version version)
{
    private static readonly Version Second = new(3, 6);
    private static readonly Version CodeBeforeMessage = new(3, 5);

    /// <summary>Whether the version has the second gateway, which answers in JSON even for an unknown path.</summary>
    public bool IsSecondGateway => version >= Second;

    /// <summary>
    /// The HTTP status of a gRPC code. The 3.4 that distributions build, with the gateway of their day, answers 412 to
    /// a failed precondition; 3.5 and later answer 400.
    /// </summary>
    public int HttpStatusOf(StatusCode code) => code switch
    {
        StatusCode.OK => 200,
        StatusCode.Canceled => version >= Second ? 499 : 408,
        StatusCode.FailedPrecondition => version >= CodeBeforeMessage ? 400 : 412,
        StatusCode.InvalidArgument or StatusCode.OutOfRange => 400,
        StatusCode.DeadlineExceeded => 504,
        StatusCode.NotFound => 404,
        StatusCode.AlreadyExists or StatusCode.Aborted => 409,
        StatusCode.PermissionDenied => 403,
        StatusCode.Unauthenticated => 401,
        StatusCode.ResourceExhausted => 429,
        StatusCode.Unimplemented => 501,
        StatusCode.Unavailable => 503,
        _ => 500,
    };

    /// <summary>The body of a call that failed.</summary>
    public byte[] Body(GrpcStatus status)
    {
        var code = (int)status.Code;
        var message = Quote(status.Message);
        string text;
        if (version >= Second)
        {
            text = $$"""{"code":{{code}},"message":{{message}},"details":[]}""";
        }
        else
        {
            text = version >= CodeBeforeMessage
                ? $$"""{"error":{{message}},"code":{{code}},"message":{{message}}}"""
                : $$"""{"error":{{message}},"message":{{message}},"code":{{code}}}""";
        }

        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>The last line of a stream that failed.</summary>
    public byte[] StreamLine(GrpcStatus status)
    {
        if (version >= Second)
        {
            return [.. "{\"error\":"u8, .. Body(status), .. "}\n"u8];
        }

        var http = HttpStatusOf(status.Code);
        var message = Quote(status.Message);
        var reason = Quote(ReasonPhrases.GetReasonPhrase(http));
        return Encoding.UTF8.GetBytes(
            $$$"""{"error":{"grpc_code":{{{(int)status.Code}}},"http_code":{{{http}}},"message":{{{message}}},"http_status":{{{reason}}}}}""" + "\n");
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, GatewayJson.Encoder)}\"";
}
