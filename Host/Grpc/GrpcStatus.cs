using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace ActorEtcd.Host.Grpc;

/// <summary>The outcome of a call. Immutable; the header forms are made once, so that frequent refusals cost nothing.</summary>
public sealed class GrpcStatus
{
    public static readonly GrpcStatus OK = new(StatusCode.OK, string.Empty);
    public static readonly GrpcStatus Canceled = new(StatusCode.Canceled, "context canceled");
    public static readonly GrpcStatus DeadlineExceeded = new(StatusCode.DeadlineExceeded, "context deadline exceeded");

    public GrpcStatus(StatusCode code, string message)
    {
        Code = code;
        Message = message;
        CodeHeader = ((int)code).ToString(CultureInfo.InvariantCulture);
        MessageHeader = message.Length == 0 ? StringValues.Empty : GrpcMessageText.Encode(message);
    }

    public StatusCode Code { get; }

    public string Message { get; }

    internal StringValues CodeHeader { get; }

    internal StringValues MessageHeader { get; }

    public GrpcStatusException ToException() => new(this);

    public override string ToString() => $"{Code}: {Message}";
}
