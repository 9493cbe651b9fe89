namespace AbsBuildTasks.Plans.Settings;

/// <summary>What trains the network's weights.</summary>
internal enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba, 2015).</summary>
    Adam,

    /// <summary>Stochastic gradient descent with Nesterov momentum.</summary>
    Sgd,
}
