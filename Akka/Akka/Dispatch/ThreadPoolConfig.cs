namespace Akka.Dispatch;

public class ThreadPoolConfig
{
    public ThreadPoolConfig(Config config)
    {
        PoolSizeMin = config.GetInt("parallelism-min", 1);
        PoolSizeFactor = config.GetDouble("parallelism-factor", 1.0);
        PoolSizeMax = config.GetInt("parallelism-max", 64);
    }

    public double PoolSizeFactor { get; }

    public int PoolSizeMax { get; }

    public int PoolSizeMin { get; }

    internal int PoolSize => ScaledPoolSize(PoolSizeMin, PoolSizeFactor, PoolSizeMax);

    public static int ScaledPoolSize(int floor, double scalar, int ceiling) =>
        Math.Min(Math.Max((int)(Environment.ProcessorCount * scalar), floor), ceiling);
}
