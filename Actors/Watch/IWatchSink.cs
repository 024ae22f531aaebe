namespace ActorEtcd.Watch;

/// <summary>
/// Where the responses of one watch stream go. It takes everything, but says when it holds more than it wants, and
/// then tells the stream actor <see cref="SinkDrained"/> once it has room again.
/// </summary>
public interface IWatchSink
{
    /// <returns>Whether the sink has room for more; false asks the stream to pause its watchers.</returns>
    bool Write(WatchUpdate update);

    /// <summary>The stream's actor has stopped; nothing follows.</summary>
    void Complete();
}
