/** The words that the sample data is made of. */

interface Ingredient {
  readonly name: string;
  readonly category: string;
  readonly shelfLifeDays: number;
}

const PANTRY: readonly (readonly [category: string, shelfLifeDays: number, names: string])[] = [
  [
    'Meat',
    9,
    'chicken breast,chicken thighs,beef mince,pork fillet,lamb mince,turkey mince,diced beef,pork sausages,smoked bacon,chorizo,duck breast,beef strips,pulled pork,gammon steak,venison burger,meatballs',
  ],
  [
    'Fish',
    6,
    'salmon fillet,cod fillet,king prawns,smoked haddock,sea bass,tuna steak,trout fillet,hake fillet,mackerel fillet,smoked salmon',
  ],
  ['Plant protein', 21, 'firm tofu,halloumi,paneer,tempeh,plant mince,falafel,veggie sausages,smoked tofu'],
  [
    'Dairy',
    18,
    'crème fraîche,feta,cheddar,mozzarella,greek yoghurt,butter,parmesan,double cream,goat cheese,cream cheese,mascarpone,soured cream,ricotta,blue cheese,mature cheddar,halloumi strips',
  ],
  [
    'Vegetables',
    8,
    'carrots,red onion,brown onion,shallot,leek,courgette,aubergine,red pepper,green pepper,broccoli,tenderstem broccoli,cauliflower,spinach,kale,savoy cabbage,red cabbage,white cabbage,sweet potato,potatoes,baby potatoes,parsnip,celery,celeriac,beetroot,butternut squash,green beans,sugar snap peas,mangetout,baby corn,sweetcorn,peas,edamame,mushrooms,chestnut mushrooms,cherry tomatoes,vine tomato,plum tomato,cucumber,radish,baby gem lettuce,rocket,pak choi,spring onion,fennel,asparagus,garlic,ginger,red chilli,green chilli,lemongrass,samphire,chicory',
  ],
  ['Fruit', 12, 'lemon,lime,apple,pear,orange,mango,avocado,pomegranate,blackberries,grapes,pineapple'],
  ['Herbs', 7, 'flat leaf parsley,coriander,basil,mint,dill,chives,rosemary,thyme,sage,oregano,tarragon,bay leaves'],
  [
    'Grains',
    270,
    'basmati rice,jasmine rice,arborio rice,brown rice,couscous,giant couscous,bulgur wheat,quinoa,freekeh,pearl barley,polenta,orzo,penne,spaghetti,linguine,rigatoni,fusilli,tagliatelle,lasagne sheets,gnocchi,egg noodles,rice noodles,udon noodles,soba noodles,red lentils,green lentils,black beans,kidney beans,chickpeas,cannellini beans,butter beans',
  ],
  [
    'Bakery',
    10,
    'brioche buns,ciabatta,naan bread,flatbread,soft tortillas,pitta bread,sourdough slices,panko breadcrumbs,puff pastry,filo pastry',
  ],
  [
    'Sauces',
    180,
    'soy sauce,fish sauce,oyster sauce,hoisin sauce,sriracha,sweet chilli sauce,teriyaki sauce,tomato passata,tomato purée,chopped tomatoes,coconut milk,harissa paste,red curry paste,green curry paste,korma paste,tikka paste,gochujang,miso paste,tahini,pesto,red pesto,wholegrain mustard,dijon mustard,mayonnaise,ketchup,honey,mango chutney,balsamic glaze,red wine vinegar,rice vinegar,cider vinegar,worcester sauce,chicken stock,vegetable stock,beef stock,fish stock,red wine jus,peanut butter',
  ],
  [
    'Spices',
    365,
    'smoked paprika,ground cumin,ground coriander,turmeric,garam masala,curry powder,cinnamon,chilli flakes,ras el hanout,za’atar,cajun spice,jerk spice,five spice,fajita spice,dried oregano,italian herbs,fennel seeds,nigella seeds,sesame seeds,mustard seeds,black peppercorns,sumac',
  ],
  [
    'Nuts & dried fruit',
    200,
    'flaked almonds,cashew nuts,walnuts,pistachios,peanuts,pine nuts,hazelnuts,sultanas,dried apricots,dried cranberries,pumpkin seeds,sunflower seeds',
  ],
];

export const INGREDIENTS: readonly Ingredient[] = PANTRY.flatMap(([category, shelfLifeDays, names]) =>
  names.split(',').map((name) => ({ name, category, shelfLifeDays })),
);

export const STYLES =
  'Sticky,Creamy,Roasted,Crispy,Smoky,Zesty,Spiced,Glazed,Herby,Quick,Slow-cooked,Pan-fried,Baked,Grilled,Fragrant,Golden'.split(
    ',',
  );
export const MAINS =
  'chicken,pork,beef,lamb,salmon,cod,prawns,halloumi,tofu,aubergine,mushrooms,chickpeas,sausages,turkey,paneer,sea bass,lentils,butternut squash'.split(
    ',',
  );
export const DISHES =
  'curry,tray bake,noodles,risotto,tacos,burger,stew,salad bowl,pasta,pie,stir-fry,tagine,pilaf,gnocchi,soup,flatbreads'.split(
    ',',
  );
export const SIDES =
  'roast carrots,lemon couscous,garlic potatoes,minted peas,cucumber salad,sesame greens,chilli slaw,basmati rice,tenderstem broccoli,herby yoghurt,pickled onions,mango salsa,sweet potato wedges,buttered kale'.split(
    ',',
  );

export const TOWNS =
  'Oakfield,Spalding,Warrington,Banbury,Corby,Daventry,Evesham,Fareham,Grantham,Hereford,Ipswich,Kettering,Luton,Malvern,Newark,Poole,Redditch,Swindon,Telford,Yeovil'.split(
    ',',
  );
export const ADD_ONS = 'Garlic bread,Orange juice 1l,Chocolate mousse,Sourdough loaf,Kids snack box,Fruit salad'.split(
  ',',
);
