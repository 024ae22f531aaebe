using System.Diagnostics;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Specs.TestKit;

/// <summary>
/// Calls of specs that are not about failures. A machine that stands still for some seconds costs a cluster its leader, and
/// then calls are refused which would have been taken: those are made again.
/// </summary>
internal static class PatientCalls
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>For calls that may be done twice.</summary>
    public static async Task<TResponse> UntilDoneAsync<TRequest, TResponse>(
        this GrpcChannel channel,
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        IReadOnlyList<KeyValuePair<string, string>>? metadata = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await channel.UnaryAsync(method, request, metadata: metadata);
            }
            catch (GrpcCallException refusal) when (IsOfTheMoment(refusal) && channel.IsOpen && Stopwatch.GetElapsedTime(start) < Within)
            {
                using var timer = new PeriodicTimer(Pause);
                await timer.WaitForNextTickAsync();
            }
        }
    }

    /// <summary>For calls that are refused when they were done already: a second one that is has done what it should.</summary>
    public static async Task OnceAsync<TRequest, TResponse>(
        this GrpcChannel channel, GrpcMethod<TRequest, TResponse> method, TRequest request, string refusalOfTheSecond)
    {
        long start = Stopwatch.GetTimestamp();
        bool maybe = false;
        while (true)
        {
            try
            {
                await channel.UnaryAsync(method, request);
                return;
            }
            catch (GrpcCallException refusal) when (maybe && refusal.Detail == refusalOfTheSecond)
            {
                return;
            }
            catch (GrpcCallException refusal) when (IsOfTheMoment(refusal) && channel.IsOpen && Stopwatch.GetElapsedTime(start) < Within)
            {
                maybe = true;
                using var timer = new PeriodicTimer(Pause);
                await timer.WaitForNextTickAsync();
            }
        }
    }

    /// <summary>No leader, another one, or none that answered in time.</summary>
    private static bool IsOfTheMoment(GrpcCallException refusal) => refusal.Code == StatusCode.Unavailable;
}
