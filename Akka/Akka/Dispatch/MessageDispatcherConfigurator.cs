using Akka.Util.Reflection;

namespace Akka.Dispatch;

/// <summary>Reads a dispatcher's section of the configuration and makes the dispatcher.</summary>
public abstract class MessageDispatcherConfigurator
{
    protected MessageDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    {
        Config = config;
        Prerequisites = prerequisites;
    }

    public Config Config { get; }

    public IDispatcherPrerequisites Prerequisites { get; }

    internal int Throughput => Config.GetInt("throughput", MessageDispatcher.DefaultThroughput);

    internal long ThroughputDeadline => Config.GetTimeSpan("throughput-deadline-time", TimeSpan.Zero).Ticks;

    internal TimeSpan ShutdownTimeout => Config.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(1));

    public abstract MessageDispatcher Dispatcher();

    protected ExecutorServiceConfigurator ConfigureExecutor()
    {
        var executor = Config.GetString("executor", "default-executor");
        return executor switch
        {
            null or "" or "default-executor" or "thread-pool-executor" or "channel-executor" =>
                From(static id => new ThreadPoolExecutorService(id)),
            "fork-join-executor" => From(id => new DedicatedThreadsExecutorService(id, ThreadCount(), ShutdownTimeout)),
            "task-executor" => From(static id => new TaskExecutorService(id, TaskScheduler.Default)),
            "current-context-executor" => From(static id => new CurrentContextExecutorService(id)),
            _ => (ExecutorServiceConfigurator)Activator.CreateInstance(TypeCache.GetType(executor), Config, Prerequisites),
        };
    }

    internal ExecutorServiceConfigurator From(Func<string, ExecutorService> produce) =>
        new DelegateExecutorServiceConfigurator(Config, Prerequisites, produce);

    private int ThreadCount()
    {
        if (Config.HasPath("dedicated-thread-pool.thread-count"))
        {
            return Config.GetInt("dedicated-thread-pool.thread-count", 1);
        }

        var section = Config.GetConfig("fork-join-executor");
        return section.IsNullOrEmpty() ? Environment.ProcessorCount : new ThreadPoolConfig(section).PoolSize;
    }
}
