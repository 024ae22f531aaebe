using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Health;

namespace ActorEtcd.Host.Services;

/// <summary>
/// gRPC's own health service. As in etcd it knows the server as a whole, under the empty name, which serves as long as
/// it answers.
/// </summary>
public static class HealthService
{
    private const string Name = "grpc.health.v1.Health";

    private static readonly HealthCheckResponse Serving =
        new() { Status = HealthCheckResponse.Types.ServingStatus.Serving };

    private static readonly HealthCheckResponse Unknown =
        new() { Status = HealthCheckResponse.Types.ServingStatus.ServiceUnknown };

    public static void Register(GrpcMethodTable table) => table
        .Unary(Name, "Check", HealthCheckRequest.Parser, Check)
        .Unary(Name, "List", HealthListRequest.Parser, List)
        .ServerStream(Name, "Watch", HealthCheckRequest.Parser, WatchAsync);

    private static ValueTask<HealthCheckResponse> Check(HealthCheckRequest request, GrpcCall call)
        => request.Service.Length == 0
            ? new ValueTask<HealthCheckResponse>(Serving)
            : throw new GrpcStatusException(StatusCode.NotFound, "unknown service");

    private static ValueTask<HealthListResponse> List(HealthListRequest request, GrpcCall call)
        => new(new HealthListResponse { Statuses = { [string.Empty] = Serving } });

    // The status never changes while the server runs: told once, then the stream waits for its end.
    private static async ValueTask WatchAsync(HealthCheckRequest request, GrpcCall call)
    {
        await call.RespondAndFlushAsync(request.Service.Length == 0 ? Serving : Unknown);
        await Task.Delay(Timeout.Infinite, call.CancellationToken);
    }
}
