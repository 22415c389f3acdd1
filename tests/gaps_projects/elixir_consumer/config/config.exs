import Config

config :angler, datasets: Pond.Datasets
