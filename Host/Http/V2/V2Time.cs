namespace ActorEtcd.Host.Http.V2;

/// <summary>Time in the unit of the v2 store.</summary>
internal static class V2Time
{
    /// <summary>Nanoseconds since 1970.</summary>
    public static long Now(TimeProvider time)
        => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
